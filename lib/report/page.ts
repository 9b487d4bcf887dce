import { ReportData } from './data';
import { Section, sectionMarkup } from './elements';
import { html, Markup } from './markup';
import { descriptionOf } from './picture';
import { budgetsSection } from './sections/budgets';
import { failuresSection } from './sections/failures';
import { outsideSection } from './sections/outside';
import { preparation } from './sections/preparation';
import { proofSection, verdict } from './sections/proof';
import { rollout } from './sections/rollout';
import { summary } from './sections/summary';
import { PAGE_STYLE } from './style';

/**
 * The page about an app: one file that needs no scripts, fonts or network. The same app
 * has the same page, whatever the day and the machine.
 *
 * @param svg the picture
 */
export function pageOf(data: ReportData, svg: string): string {
  const { name, topology, proof, configurations = [], pictureFile } = data;
  const sections: readonly Section[] = [
    summary(topology),
    picture(svg, pictureFile),
    ...(proof ? [proofSection(proof), failuresSection(proof), budgetsSection(proof)] : []),
    preparation(topology),
    outsideSection(topology, configurations),
    rollout(topology),
  ];
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${name}: BGP topology</title>
        <style>
          ${new Markup(PAGE_STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${name}</h1>
          <p class="lead">${descriptionOf(topology)}</p>
          ${proof ? verdict(proof) : ''}
          <nav aria-label="Sections">
            <ul>
              ${sections.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li> `)}
            </ul>
          </nav>
        </header>
        <main>${sections.map(sectionMarkup)}</main>
      </body>
    </html> `.html;
}

function picture(svg: string, file: string | undefined): Section {
  const alone = file === undefined ? '' : html` The picture alone is in <a href="${file}">${file}</a>.`;
  return {
    id: 'topology',
    heading: 'The topology',
    content: html`<figure>
      <div class="wide" tabindex="0" role="region" aria-label="Picture of the topology">${new Markup(svg)}</div>
      <figcaption>Sessions run as one line with a branch to each end.${alone}</figcaption>
    </figure> `,
  };
}

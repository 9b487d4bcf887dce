import { IConstruct } from 'constructs';
import { Report, reportFor } from '../report';
import { NEIGHBORS_FOLDER, neighborConfigurations } from './neighbors';
import { topologyOf } from '../rules';
import { proofOf } from '../validation';

/** The files of a report. */
export const PAGE_FILE = 'report.html';
export const PICTURE_FILE = 'topology.svg';

/** What {@link reportOf} takes. */
export interface ReportProps {
  /**
   * The name of the app, in headings.
   * @default the names of the charts that have routers
   */
  readonly name?: string;
  /**
   * Whether the page links to the configurations of the routers outside (`neighborConfigurations`), as files in the
   * folder `neighbors` next to it.
   * @default true
   */
  readonly neighbors?: boolean;
}

/**
 * The report about an app: a page with the picture of its topology, the result of its proof, what to do before the
 * rollout, and in which order to roll out. `synthesize` and `writeTopology` write it.
 * Ask once all constructs are there.
 *
 * @param construct the app, or any construct in it
 * @throws InvalidPropError where a region names an upstream that is not there
 */
export function reportOf(construct: IConstruct, { name, neighbors = true }: ReportProps = {}): Report {
  const topology = topologyOf(construct);
  const charts = new Set(topology.groups.map(({ part }) => part.path.split('/')[0]));
  const files = neighbors ? neighborConfigurations(construct) : [];
  return reportFor({
    ...{ name: name ?? [...charts].join(', '), topology, proof: proofOf(construct), pictureFile: PICTURE_FILE },
    configurations: files.map(({ router, platform, name: file }) => ({
      ...{ router, platform, file: `${NEIGHBORS_FOLDER}/${file}` },
    })),
  });
}

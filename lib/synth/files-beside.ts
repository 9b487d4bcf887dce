import { IConstruct } from 'constructs';
import { NEIGHBORS_FOLDER, neighborConfigurations } from './neighbors';
import { PAGE_FILE, PICTURE_FILE, reportOf } from './report';
import { topologyOf } from '../registry/topology';

/**
 * The files that are written beside the manifests of an app, by their names in its folder; kubectl applies none of them.
 * An app without routers has none.
 *
 * @param name the name of the app, in the headings of its report
 */
export function filesBeside(
  app: IConstruct,
  wanted: { readonly neighbors: boolean; readonly report: boolean },
  name?: string,
): readonly { readonly name: string; readonly text: string }[] {
  if (topologyOf(app).groups.length === 0) return [];
  const neighbors = wanted.neighbors ? neighborConfigurations(app) : [];
  const files = neighbors.map((file) => ({ name: `${NEIGHBORS_FOLDER}/${file.name}`, text: file.text }));
  if (!wanted.report) return files;
  const { html, svg } = reportOf(app, { name, neighbors: wanted.neighbors });
  return [{ name: PAGE_FILE, text: html }, { name: PICTURE_FILE, text: svg }, ...files];
}

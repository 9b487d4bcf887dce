import { IConstruct } from 'constructs';
import * as fs from 'fs';
import * as path from 'path';
import { formatTopology } from '../model';
import { NEIGHBORS_FOLDER, neighborConfigurations } from './neighbors';
import { PAGE_FILE, PICTURE_FILE, reportOf } from './report';
import { ROUTERS_FOLDER, routerFiles } from './routers';
import { topologyOf } from '../rules';

/** The file that `formatTopology` writes, which the lab reads. */
export const TOPOLOGY_FILE = 'topology.json';

/** A file that is written about an app and is no manifest. */
export interface TopologyFile {
  /** Its path in the folder of the app: `report.html`, `neighbors/pe1.junos.conf`. */
  readonly name: string;
  readonly text: string;
}

/** What `synthesize` writes about an app besides manifests. An app without routers has none of it. */
export function topologyFiles(
  app: IConstruct,
  wanted: { readonly neighbors: boolean; readonly report: boolean },
  name?: string,
): readonly TopologyFile[] {
  const topology = topologyOf(app);
  if (topology.groups.length === 0) return [];
  return [
    { name: TOPOLOGY_FILE, text: formatTopology(topology) },
    ...inFolder(ROUTERS_FOLDER, routerFiles(app)),
    ...(wanted.report ? reportFiles(app, wanted.neighbors, name) : []),
    ...(wanted.neighbors ? inFolder(NEIGHBORS_FOLDER, neighborConfigurations(app)) : []),
  ];
}

function reportFiles(app: IConstruct, neighbors: boolean, name?: string): TopologyFile[] {
  const { html, svg } = reportOf(app, { name, neighbors });
  return [
    { name: PAGE_FILE, text: html },
    { name: PICTURE_FILE, text: svg },
  ];
}

const inFolder = (folder: string, files: readonly TopologyFile[]): TopologyFile[] =>
  files.map(({ name, text }) => ({ name: `${folder}/${name}`, text }));

/** Writes files into a folder. Configurations that an earlier synth left in its folders are removed. */
export function writeFiles(folder: string, files: readonly TopologyFile[]): void {
  for (const inside of new Set(files.map(({ name }) => path.dirname(name)))) {
    const place = path.join(folder, inside);
    fs.mkdirSync(place, { recursive: true });
    if (inside === '.') continue;
    for (const old of fs.readdirSync(place)) if (old.endsWith('.conf')) fs.rmSync(path.join(place, old));
  }
  for (const { name, text } of files) fs.writeFileSync(path.join(folder, name), text);
}

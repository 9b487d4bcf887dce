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

/** What is written about the topology of an app, and where. */
export interface TopologyFilesProps {
  /**
   * The folder for what is written about the topology and is no manifest, relative to the working directory. No tool that
   * applies manifests shall read it, so it is not the output folder and not in it.
   * @default 'topology'
   */
  readonly topologyDir?: string;
  /**
   * Whether to write the configurations of the routers outside: `neighbors/<router>.<platform>.conf` in `topologyDir`.
   * @default true
   */
  readonly neighbors?: boolean;
  /**
   * Whether to write a report about each app that has routers: `report.html` and `topology.svg` in `topologyDir`.
   * @default true
   */
  readonly report?: boolean;
}

/**
 * Writes the files about the topology of an app that `app.synth()` writes: `topology.json` for the lab, `routers/` with
 * what the pods run, `neighbors/` and the report. `synthesize` does it by itself. An app without routers has none of them.
 * Call it once all constructs are there.
 *
 * @param construct the app, or any construct in it
 * @throws InvalidPropError where a region names an upstream that is not there
 */
export function writeTopology(
  construct: IConstruct,
  { topologyDir = 'topology', ...wanted }: TopologyFilesProps = {},
): void {
  writeFiles(topologyDir, topologyFiles(construct, wanted));
}

/** The files about the topology of an app. */
export function topologyFiles(
  app: IConstruct,
  { neighbors = true, report = true }: Omit<TopologyFilesProps, 'topologyDir'>,
  name?: string,
): readonly TopologyFile[] {
  const topology = topologyOf(app);
  if (topology.groups.length === 0) return [];
  return [
    { name: TOPOLOGY_FILE, text: formatTopology(topology) },
    ...inFolder(ROUTERS_FOLDER, routerFiles(app)),
    ...(report ? reportFiles(app, neighbors, name) : []),
    ...(neighbors ? inFolder(NEIGHBORS_FOLDER, neighborConfigurations(app)) : []),
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

import { IConstruct } from 'constructs';
import * as fs from 'fs';
import * as path from 'path';
import { Report, reportFor } from '../report';
import { topologyOf } from './topology';

/** The files of a report, beside the manifests; kubectl applies no files of such names. */
const PAGE_FILE = 'report.html';
const PICTURE_FILE = 'topology.svg';

/** What {@link reportOf} takes. */
export interface ReportProps {
  /**
   * The name of the app, in headings.
   * @default the names of the charts that have routers
   */
  readonly name?: string;
}

/**
 * The report about an app: a page with the picture of its topology, what to do before the rollout, and in which order
 * to roll out. `synthesize` writes it; those who call `app.synth()` write it themselves. Ask once all constructs are
 * there.
 *
 * @param construct the app, or any construct in it
 * @throws InvalidPropError where a region names an upstream that is not there
 */
export function reportOf(construct: IConstruct, { name }: ReportProps = {}): Report {
  const topology = topologyOf(construct);
  const charts = new Set(topology.groups.map(({ part }) => part.path.split('/')[0]));
  return reportFor({ name: name ?? [...charts].join(', '), topology, pictureFile: PICTURE_FILE });
}

/** Whether there is something to report: an app without routers has no report. */
export const hasReport = (construct: IConstruct): boolean => topologyOf(construct).groups.length > 0;

/** Writes a report into a folder that is there. */
export function writeReport({ html, svg }: Report, folder: string): void {
  fs.writeFileSync(path.join(folder, PAGE_FILE), html);
  fs.writeFileSync(path.join(folder, PICTURE_FILE), svg);
}

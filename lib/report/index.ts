import { BgpTopology } from '../model';
import { ReportData } from './data';
import { pageOf } from './page';
import { drawingOf, pictureOf } from './picture';
import { svgOf } from './svg';

export type { ConfigurationLink, ReportData } from './data';
export { podTitle } from './picture';

/** The report about an app. */
export interface Report {
  /** A page of HTML that needs no other file. */
  readonly html: string;
  /** The picture of the topology that is in the page, alone. */
  readonly svg: string;
}

/** Writes the report: the same for the same data. */
export function reportFor(data: ReportData): Report {
  const svg = pictureFor(data.topology, data.name);
  return { svg, html: pageOf(data, svg) };
}

/** The picture of a topology, as SVG. */
export const pictureFor = (topology: BgpTopology, name: string): string => svgOf(drawingOf(pictureOf(topology, name)));

import { BgpTopology } from '../model';
import { ProofResult } from '../proof';

/** What a report is about. */
export interface ReportData {
  /** The name of the app. */
  readonly name: string;
  readonly topology: BgpTopology;
  /** What the proof has found; a report without it says nothing of routes, failures and budgets. */
  readonly proof?: ProofResult;
  /** The configurations of routers outside, in the folder of the report. */
  readonly configurations?: readonly ConfigurationLink[];
  /** The name of the file, in the folder of the report, that has the picture alone. */
  readonly pictureFile?: string;
}

export interface ConfigurationLink {
  /** The name of the router. */
  readonly router: string;
  readonly platform: string;
  /** The file, as seen from the report: `neighbors/pe1.junos.conf`. */
  readonly file: string;
}

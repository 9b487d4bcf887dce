import { filesOf } from '../../lab/command/files';
import * as fs from 'fs';
import * as path from 'path';
import { BgpTopology, parseTopology } from '../../lib/model';
import { Manifest, manifestsIn, readObjects, UserError } from '../manifests';
import { Kubectl } from './kubectl';
import { natural } from './text';

/** An app as a synth wrote it. */
export interface WrittenApp {
  /** The folder of manifests. */
  readonly folder: string;
  readonly topology: BgpTopology;
  readonly objects: readonly Manifest[];
  /** The clusters, in order; one of the name '' where the app names none. */
  readonly clusters: readonly string[];
}

/** Reads an app. @param topologyFile default: beside the manifests @throws UserError */
export function readApp(app: string, topologyFile?: string): WrittenApp {
  const files = filesOf(app, topologyFile);
  const topology = topologyIn(files.topology);
  if (topology.groups.length === 0) throw new UserError(`${files.topology}: got no routers, want those of an app`);
  return {
    folder: files.folder,
    topology,
    objects: readObjects(manifestsIn(files.folder)),
    clusters: [...new Set(topology.groups.map(({ cluster }) => cluster))].sort(natural),
  };
}

function topologyIn(file: string): BgpTopology {
  try {
    return parseTopology(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UserError(`${path.relative(process.cwd(), file)}: ${(error as Error).message}`);
  }
}

/**
 * The kubectl of each cluster of an app.
 *
 * @param contexts `CONTEXT` for an app with one cluster, else `CLUSTER=CONTEXT` for each; a cluster without one has the
 *   context of its own name
 */
export function kubectls(clusters: readonly string[], contexts: readonly string[]): ReadonlyMap<string, Kubectl> {
  if (clusters.length === 1 && clusters[0] === '') {
    if (contexts.length > 1)
      throw new UserError(`--context: got ${contexts.length}, want one: the app has one cluster`);
    return new Map([['', new Kubectl(contexts[0])]]);
  }
  const named = new Map(contexts.map((one) => [one.split('=')[0], one.slice(one.indexOf('=') + 1)]));
  const unknown = [...named.keys()].find((name) => !clusters.includes(name));
  if (unknown !== undefined) {
    throw new UserError(`--context: got ${unknown}, want CLUSTER=CONTEXT, of the clusters ${clusters.join(', ')}`);
  }
  return new Map(clusters.map((name) => [name, new Kubectl(named.get(name) ?? name)]));
}

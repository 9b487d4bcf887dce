import { IConstruct } from 'constructs';
import { RegionElsewhere } from '../model';
import {
  DeclaredGroup,
  DeclaredManifest,
  DeclaredMetalLB,
  DeclaredMonitoring,
  DeclaredName,
  DeclaredNode,
  DeclaredPod,
  DeclaredPool,
  DeclaredProof,
  DeclaredReference,
  DeclaredRegion,
  DeclaredRouter,
  DeclaredSpan,
} from './declarations';

/** All that the constructs of an app have declared, across its clusters, in the order in which they did. */
class Declared {
  readonly names: DeclaredName[] = [];
  readonly spans: DeclaredSpan[] = [];
  readonly references: DeclaredReference[] = [];
  readonly regions: DeclaredRegion[] = [];
  /** Functions, as what a workload peers with depends on constructs that are made later. */
  readonly groups: (() => DeclaredGroup)[] = [];
  readonly pods: DeclaredPod[] = [];
  readonly manifests: DeclaredManifest[] = [];
  readonly nodes: DeclaredNode[] = [];
  readonly outside: DeclaredRouter[] = [];
  /** Regions of other apps, at each use. */
  readonly imported: RegionElsewhere[] = [];
  readonly metallb: DeclaredMetalLB[] = [];
  readonly pools: DeclaredPool[] = [];
  readonly proofs: DeclaredProof[] = [];
  readonly monitorings: DeclaredMonitoring[] = [];
}

type Kinds = { readonly [K in keyof Declared]: readonly Declared[K][number][] };

/** What an app has declared, and look-ups in it. */
export class Registry {
  readonly declared: Kinds = new Declared();
  private readonly regionsByPath = new Map<string, DeclaredRegion>();
  private readonly regionsByName = new Map<string, DeclaredRegion>();
  /** The names that regions have given for their upstream, with their charts. */
  private readonly upstreamNames = new Set<string>();
  /** How often something was declared: what is derived from a registry is right for one revision. */
  revision = 0;

  add<K extends keyof Declared>(kind: K, ...items: Declared[K][number][]): void {
    (this.declared[kind] as unknown[]).push(...items);
    this.revision++;
  }

  /** Adds a region, which serves those below it from now on, and tells the one upstream, if that is there. */
  addRegion(region: DeclaredRegion): void {
    const { path, chart, name, upstream } = region;
    this.add('regions', region);
    this.regionsByPath.set(path, region);
    const key = `${chart}/${name}`;
    if (!this.regionsByName.has(key)) this.regionsByName.set(key, region);
    if (this.upstreamNames.has(key)) region.takeClients();
    if (upstream && 'name' in upstream) this.upstreamNames.add(`${chart}/${upstream.name}`);
    this.upstreamOf(region)?.takeClients(region);
  }

  /** The region upstream; undefined where there is none, and where a name leads nowhere. */
  upstreamOf({ chart, upstream }: DeclaredRegion): DeclaredRegion | undefined {
    if (!upstream) return undefined;
    return 'path' in upstream
      ? this.regionsByPath.get(upstream.path)
      : this.regionsByName.get(`${chart}/${upstream.name}`);
  }

  /** The region and all those upstream of it, the nearest first; each once, where they form a loop. */
  upward(region: DeclaredRegion): readonly DeclaredRegion[] {
    const trail = new Set<DeclaredRegion>();
    for (let next: DeclaredRegion | undefined = region; next && !trail.has(next); next = this.upstreamOf(next)) {
      trail.add(next);
    }
    return [...trail];
  }
}

const apps = new WeakMap<IConstruct, Registry>();

/** The registry of the app of a construct. */
export function registryOf({ node: { root } }: IConstruct): Registry {
  const registry = apps.get(root) ?? new Registry();
  apps.set(root, registry);
  return registry;
}

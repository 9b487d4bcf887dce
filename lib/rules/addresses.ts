import { DisjointSpans } from '../addressing';
import { DeclaredSpan, problem, Registry } from '../registry';
import { RegistryRule } from './rule';

/** Addresses of some kinds that another construct has, too, by cluster; with that construct. */
function* taken({ declared }: Registry, ...kinds: readonly DeclaredSpan['kind'][]) {
  const clusters = new Map<string, DisjointSpans<DeclaredSpan>>();
  for (const one of declared.spans) {
    if (!kinds.includes(one.kind)) continue;
    const spans = clusters.get(one.cluster) ?? new DisjointSpans();
    clusters.set(one.cluster, spans);
    const other = spans.claim(one.span, one);
    if (other) yield { one, other };
  }
}

const named = ({ kind, path, prop }: DeclaredSpan) => (kind === 'pool' ? path : `${path} (${prop})`);

const shared = ({ one, other }: { readonly one: DeclaredSpan; readonly other: DeclaredSpan }) =>
  problem(one.path, one.prop, one.span.text, `addresses of its own: ${named(other)} has them already`);

export const ADDRESSES: readonly RegistryRule[] = [
  {
    id: 'own-pool-addresses',
    wants: 'No address is in two pools. A loopback address of nodes is in no pool, and belongs to only one side.',
    source: 'MetalLB: webhook of IPAddressPool',
    *check(registry) {
      // A Service address that is given twice makes two pools of one address each.
      const services = new Set([...taken(registry, 'service')].map(({ one }) => `${one.cluster} ${one.span.first}`));
      for (const found of taken(registry, 'pool', 'host')) {
        const { kind, cluster, span } = found.one;
        const isOne = kind === 'pool' && span.first === span.last;
        if (!isOne || !services.has(`${cluster} ${span.first}`)) yield shared(found);
      }
    },
  },
  {
    id: 'own-service-address',
    wants: 'Each address of a pool belongs to one Service.',
    source: 'MetalLB: a Service does not share its address unless an annotation allows it',
    *check(registry) {
      for (const found of taken(registry, 'service')) yield shared(found);
    },
  },
  {
    id: 'own-router-address',
    wants: 'No two routers outside have the same address.',
    *check(registry) {
      for (const { one, other } of taken(registry, 'router')) {
        yield problem(one.path, one.prop, one.span.text, `an address of its own: ${other.path} has it already`);
      }
    },
  },
];

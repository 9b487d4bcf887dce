import { BgpTopology } from '../model';
import { problem, Registry } from '../registry';
import { RegistryRule, TopologyRule } from './rule';

/** A name that no region or pair has would accept no finding at all. */
function* acceptedPartsAreThere({ declared }: Registry, { groups }: BgpTopology) {
  const parts = groups.map(({ part }) => part);
  const allowed = `a region or pair of the app: ${[...new Set(parts.map(({ name }) => name))].join(', ')}`;
  for (const { path, settings } of declared.proofs) {
    for (const [kind, severity] of Object.entries(settings.findings)) {
      if (severity === undefined || typeof severity === 'string') continue;
      for (const [i, part] of (severity.parts ?? []).entries()) {
        if (parts.some(({ name, path: place }) => part === name || part === place)) continue;
        yield problem(path, `findings.${kind}.parts[${i}]`, part, allowed);
      }
    }
  }
}

export const PROOFS: readonly RegistryRule[] = [
  {
    id: 'one-proof',
    wants: 'An app has at most one `Proof`.',
    *check({ declared: { proofs } }) {
      for (const { path, props } of proofs.slice(1)) {
        yield problem(path, 'props', props, `one Proof in an app: ${proofs[0].path} is there already`);
      }
    },
  },
];

export const ACCEPTED: readonly TopologyRule[] = [
  {
    id: 'accepted-parts-there',
    wants: 'The regions and pairs for which a `Proof` accepts a finding exist.',
    check: acceptedPartsAreThere,
  },
];

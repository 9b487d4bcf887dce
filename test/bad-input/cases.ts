import { Chart } from 'cdk8s';
import {
  AnycastRouteServerPair,
  Mesh,
  MetalLBAddressPool,
  MetalLBBgpPeering,
  Reachability,
  RouteReflectorRegion,
} from '../../lib';
import { crpd, metallbOf, pair, peering, region } from '../../test-support/examples';
import { refusalOf } from '../../test-support/synth';

/**
 * One kind of wrong input: what was done, and what the one line of the refusal must hold, which is the path of the
 * construct, the prop, the value and what is allowed.
 */
export type Case = readonly [what: string, define: (chart: Chart) => unknown, ...message: string[]];

export function describeRefusals(of: string, cases: readonly Case[]): void {
  describe(`refuses wrong ${of}:`, () => {
    test.each(cases.map(([what, define, ...message]) => ({ what, define, message })))(
      '$what',
      ({ define, message }) => {
        const refusal = refusalOf((chart) => void define(chart));
        expect(refusal).not.toMatch(/[\r\u0085\u2028\u2029]/);
        // Each mistake is one line, and a case has no other mistakes than those that it expects.
        expect(refusal.split('\n').length).toBeLessThanOrEqual(
          message.filter((part) => /: got /.test(part)).length || 1,
        );
        for (const part of message) expect(refusal).toContain(part);
      },
    );
  });
}

// Props that are wrong on purpose: the compiler would refuse many, but apps usually run without a type check.
export const addRegion = (changes: any) => (chart: Chart) =>
  new RouteReflectorRegion(chart, 'east', { ...region, ...changes });
export const addMesh = (changes: any) => (chart: Chart) =>
  new Mesh(chart, 'mesh', { autonomousSystem: 64496, ...changes });
export const addPair = (changes: any) => (chart: Chart) =>
  new AnycastRouteServerPair(chart, 'rs', pair(chart, changes));
export const addPeering = (changes: any) => (chart: Chart) =>
  new MetalLBBgpPeering(chart, 'lb', { ...peering, ...changes });
export const addPeer = (changes: any, more: any = {}) =>
  addPeering({ peers: { p: { peerAsn: 64498, peerAddress: '192.0.2.254', ...changes } }, ...more });
export const addPool = (changes: any, more: any = {}) =>
  addPeering({ pools: { pool: { addresses: ['198.51.100.0/28'], ...changes } }, ...more });
export const facing = {
  clientRanges: ['198.51.100.0/24'],
  reachability: Reachability.hostPorts(),
  sides: { a: { addresses: ['192.0.2.1'] } },
};
export const withManagement = (sides: any) => (chart: Chart) => {
  const props = pair(chart, { router: crpd, sides });
  const addresses = ['203.0.113.16/28'];
  const management = new MetalLBAddressPool(chart, 'mgt', { metallb: metallbOf(chart), addresses, protocol: 'layer2' });
  new AnycastRouteServerPair(chart, 'rs', { ...props, management });
};
export const twoPeers = (one: any, two: any, more: any = {}) =>
  addPeering({
    peers: {
      one: { peerAsn: 64498, peerAddress: '192.0.2.1', ...one },
      two: { peerAsn: 64498, peerAddress: '192.0.2.2', ...two },
    },
    ...more,
  });

import { Chart } from 'cdk8s';
import { proofOf, RouteReflectorRegion } from '../../lib';
import { prove, ProofResult, verdictOf } from '../../lib/proof';
import { reportFor } from '../../lib/report';
import { region } from '../../test-support/examples';
import { refusalOf } from '../../test-support/synth';
import { topologyBy } from '../../test-support/topology';
import { ClientShape, PartShape, topologyOfParts } from './topology-of-parts';

const P = '203.0.113.1/32';
const below = { above: [{ part: 'core' }] };

/** A part that only routers in pods are clients of, as a core is. */
const inner: PartShape = { changes: { addresses: [], clients: [], reachedBy: 'none' } };

const proven = (parts: Readonly<Record<string, PartShape>>, clients: Readonly<Record<string, ClientShape>>) =>
  prove(topologyOfParts(parts, clients));

const told = ({ findings }: ProofResult) =>
  findings.flatMap(({ kind, severity, message }) => (kind === 'nothingToProve' ? [`${severity}: ${message}`] : []));

test('without clients', () => {
  const result = proven({ east: {} }, {});
  expect(told(result)).toEqual([
    'warning: nothing to prove for east: no router outside is a client, and the client ranges have no room for one',
  ]);
  expect(verdictOf(result).result).toBe('nothing to prove');
});

test('without addresses that clients could peer with', () => {
  expect(told(proven({ core: inner, east: { ...inner, ...below } }, {}))).toEqual([
    'warning: nothing to prove for core and east: no router outside can be a client, as there is no address to peer with (sides)',
  ]);
});

test('without routes', () => {
  const result = proven({ east: {} }, { pe1: { homes: ['east'] }, pe2: { homes: ['east'] } });
  expect(told(result)).toEqual([
    'warning: nothing to prove for east: no client announces a route: declare some (announces)',
  ]);
  expect(verdictOf(result).result).toBe('nothing to prove');
});

test('without a second client', () => {
  expect(told(proven({ east: {} }, { pe1: { homes: ['east'], announces: [P] } }))).toEqual([
    'warning: nothing to prove for east: no other client is there to learn the routes of pe1',
  ]);
});

test('of one network among others, which are proven in part then', () => {
  const clients = { pe1: { homes: ['east'], announces: [P] }, pe2: { homes: ['east'] } };
  const result = proven({ east: {}, west: {} }, clients);
  expect(told(result)).toEqual([
    expect.stringMatching(/^warning: nothing to prove for west: no router outside is a client, /),
  ]);
  expect(verdictOf(result).result).toBe('proven in part');
});

test('of a region of a network that nobody can be a client of; a core is none', () => {
  const clients = { pe1: { homes: ['east'], announces: [P] }, pe2: { homes: ['east'] } };
  const parts = { core: inner, east: below, west: { ...below, changes: { addresses: [] } } };
  const result = proven(parts, clients);
  expect(told(result)).toEqual([
    'warning: nothing to prove for west: no router outside can be a client, as there is no address to peer with (sides)',
  ]);
  expect(verdictOf(result).result).toBe('proven in part');
  expect(told(proven({ core: inner, east: below }, clients))).toEqual([]);
});

test('it is nowhere green: neither where it is accepted, nor without any router', () => {
  const badge = (result: ProofResult) =>
    /<p class="verdict">\s*<span class="([^"]*)"[^>]*>([^<]*)/.exec(
      reportFor({ name: 'app', topology: topologyOfParts({}, {}), proof: result }).html,
    )!;
  const nothing = proven({ east: {} }, {});
  const accepted = { ...nothing, findings: nothing.findings.map((one) => ({ ...one, severity: 'accepted' as const })) };
  for (const result of [nothing, accepted, proven({}, {})]) {
    const [, style, text] = badge(result);
    expect([style.includes('good'), text.trim()]).toEqual([false, 'nothing to prove']);
  }
  const good = proven({ east: {} }, { pe1: { homes: ['east'], announces: [P] }, pe2: { homes: ['east'] } });
  const [, style, text] = badge(good);
  expect([style.includes('good'), text.trim()]).toEqual([true, 'proven']);
});

test('a region with sides that have no addresses is told, and client ranges without sides are refused', () => {
  let chart!: Chart;
  topologyBy((app) => {
    chart = new Chart(app, 'test');
    new RouteReflectorRegion(chart, 'east', { ...region, clientRanges: ['198.51.100.0/24'], sides: { a: {}, b: {} } });
  });
  expect(told(proofOf(chart))).toEqual([expect.stringMatching(/^warning: nothing to prove for east: /)]);
  const refusal = refusalOf((one) => {
    new RouteReflectorRegion(one, 'east', { ...region, clientRanges: ['198.51.100.0/24'] });
  });
  expect(refusal).toContain(
    'test/east: clientRanges: got ["198.51.100.0/24"], want nothing without sides, which have the addresses that clients peer with',
  );
});

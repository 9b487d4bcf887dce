import {
  parseDataKey,
  parseDnsLabel,
  parseDnsSubdomain,
  parseGroupName,
  parseLabelKey,
  parseLabelValue,
  parseRfc1123Label,
  parseServiceReference,
  serviceParts,
} from '../../lib/addressing';
import { Check } from '../../lib/input';

const letters = (count: number) => 'a'.repeat(count);

/** The message says what is allowed in these words. */
function takes(parse: Check<string>, right: readonly string[], wrong: readonly string[], allowed: RegExp): void {
  test.each(right)('accepts %p as it is', (name) => {
    expect(parse(name)).toBe(name);
  });

  test.each(wrong)('refuses %p, and says what is allowed', (name) => {
    expect(() => parse(name)).toThrow(/^got .*, want /);
    expect(() => parse(name)).toThrow(allowed);
  });

  test.each([[undefined], [null], [1], [['a']], [{ toString: () => 'a' }]])('refuses %p, which is no text', (value) => {
    expect(() => parse(value)).toThrow(/^got .*, want /);
  });

  test('refuses a name with a line break at its end, which a "$" without care lets pass', () => {
    expect(() => parse('a\n')).toThrow(/^got .*, want /);
  });
}

describe('parseDnsLabel', () => {
  takes(
    parseDnsLabel,
    ['a', 'mesh', 'mesh-1', 'a--b', letters(63)],
    ['', 'Mesh', 'meshA', letters(64), '1mesh', '-mesh', 'mesh-', 'me_sh', 'me.sh', 'me sh', ' mesh', 'mäsh'],
    /want a DNS label: .* starting with a letter, at most 63 characters$/,
  );

  test('says what a label is made of', () => {
    expect(() => parseDnsLabel('Core')).toThrow(/^got "Core", want a DNS label: lower-case .* at most 63 characters$/);
  });
});

describe('parseRfc1123Label', () => {
  takes(
    parseRfc1123Label,
    ['a', '1', '5g-core', '3scale', '1e3', 'a--1', letters(63)],
    ['', 'Mesh', letters(64), '-1', '1-', '1_2', '1.2', '1 2', '١'],
    /want a DNS label: lower-case letters, digits and "-", at most 63 characters$/,
  );
});

describe('parseServiceReference', () => {
  takes(
    parseServiceReference,
    ['core', 'core.backbone', 'core.5g', 'core.backbone.svc.clusterset.local', `core.${letters(63)}`],
    [
      '',
      'Core',
      '1.backbone',
      'core.',
      'core.back_bone',
      'core..svc.x',
      'core.a.svc',
      'core.a.cluster.local',
      'core.a.svc.X',
    ],
    /want the name of a Service, a DNS label, or NAME\.NAMESPACE if it is in another namespace, or NAME\.NAMESPACE\.DOMAIN$/,
  );

  test('has up to three parts', () => {
    expect(serviceParts('core')).toEqual({ name: 'core' });
    expect(serviceParts('core.a')).toEqual({ name: 'core', namespace: 'a' });
    expect(serviceParts('core.a.svc.x.y')).toEqual({ name: 'core', namespace: 'a', rootDomain: 'svc.x.y' });
  });
});

describe('parseDnsSubdomain', () => {
  takes(
    parseDnsSubdomain,
    ['a', '1', 'svc.cluster.local', 'a-b.c', '1a.2b', `${letters(126)}.${letters(126)}`],
    ['', '.', 'a.', '.a', 'a..b', 'Svc.local', 'a.-b', 'a-.b', 'a_b', '-', `${letters(127)}.${letters(126)}`],
    /want a DNS name: labels of lower-case letters, digits and "-"/,
  );
});

describe('parseLabelValue', () => {
  takes(
    parseLabelValue,
    ['', 'a', 'A', '1', 'a.b_c-D', letters(63)],
    [letters(64), '-a', 'a-', '.a', 'a.', '_a', 'a_', 'a b', 'a/b', 'ä'],
    /want the value of a Kubernetes label: letters, digits, "-", "_" and "\.", at most 63 characters$/,
  );
});

describe('parseLabelKey', () => {
  takes(
    parseLabelKey,
    [
      'a',
      'redundancy_group',
      'A.b',
      'topology.kubernetes.io/zone',
      'a/B',
      letters(63),
      `${letters(253)}/${letters(63)}`,
    ],
    [
      '',
      '/',
      'a/',
      '/a',
      'a/b/c',
      'a//b',
      'a..b/c',
      'Example.com/a',
      '-a/b',
      'a-/b',
      'a_b/c',
      'a b',
      '-a',
      'a.',
      letters(64),
      `a/${letters(64)}`,
      `${letters(254)}/a`,
    ],
    /want the key of a Kubernetes label: \[prefix\/\]name/,
  );
});

describe('parseDataKey', () => {
  takes(
    parseDataKey,
    ['a', 'juniper.conf.j2', '.hidden', 'A_b-c', '1', letters(253)],
    ['', '.', '..', '..a', 'a/b', 'a b', 'a:b', '../a', 'ä', letters(254)],
    /want a key of letters, digits, "-", "_" and "\."$/,
  );
});

describe('parseGroupName', () => {
  takes(
    parseGroupName,
    ['a', 'MESHRR-MESH', 'clients_2', 'A-', letters(63)],
    ['', '1a', '-a', '_a', 'a b', 'a.b', 'a{', 'a;', 'a"', 'ä', letters(64)],
    /want the name of a BGP group: letters, .* starting with a letter, at most 63 characters$/,
  );
});

import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Family } from '../../../lib/addressing';
import { MaximumPrefixes } from '../../../lib/settings';
import { JunosStatement, parseJunos } from '../../../crpd-image/runtime/configuration/junos-text';
import { describeWithEachFrr } from '../../../test-support/bgpd';
import { frr10Rootfs } from '../../../test-support/images';
import { ALL_CASES, GOLDEN_CASES, podOf, render } from '../../../test-support/configuration-cases';
import { expectGolden } from '../../../test-support/golden';

const GOLDEN = path.join(__dirname, 'golden');

describe.each([
  ['crpd', 'junos'],
  ['frr', 'frr'],
] as const)('the default template of %s', (router, kind) => {
  test.each(GOLDEN_CASES)('renders $name like the reviewed file (UPDATE_GOLDEN=1 rewrites it)', (of) => {
    const file = path.join(GOLDEN, `${of.name}.${kind}.conf`);
    const text = render(of, router);
    expectGolden(file, text);
  });

  test('leaves no empty line, no tab and no template tag', () => {
    for (const of of ALL_CASES)
      expect(render(of, router)).not.toMatch(/^\s*\n|\n\s*\n|\t|[ ]\n|\{[{%#]|None|False|True/);
  });
});

describe('every configuration of cRPD', () => {
  const all = ALL_CASES.map((of) => {
    const text = render(of, 'crpd');
    return { of, text, model: podOf(of, 'crpd').model, paths: pathsOf(text) };
  });

  test('holds together, and has no empty list', () => {
    for (const { text } of all) expect(text).not.toMatch(/\[\s*\]/);
  });

  test('has the groups of the model in "groups MESHRR", each with its type, and no neighbor', () => {
    const groups = 'groups MESHRR protocols bgp group ';
    for (const { model, paths } of all) {
      const typed = paths.filter((line) => / type (internal|external)$/.test(line));
      const external = model.mode === 'route-server' ? 'external' : 'internal';
      expect(typed).toEqual([
        ...model.discovered.flatMap(({ kind, name }) => (kind === 'clients' ? [] : [`${groups}${name} type internal`])),
        ...model.clients.map(({ name }) => `${groups}${name} type ${external}`),
      ]);
      expect(paths).toContain('apply-groups MESHRR');
      expect(paths.filter((line) => line.includes('neighbor'))).toEqual([]);
    }
  });

  test('takes clients from their ranges, reflects for them or serves them by AS number', () => {
    for (const { of, model, paths } of all) {
      for (const { name, ranges, asRanges } of model.clients) {
        const own = paths.flatMap((line) => line.split(`groups MESHRR protocols bgp group ${name} `).slice(1));
        const allowed = ranges.length > 0 ? [`allow [ ${ranges.map(({ text }) => text).join(' ')} ]`] : [];
        expect(own.filter((line) => line.startsWith('allow'))).toEqual(allowed);
        // Those that are found dial: the router does not.
        expect(own.includes('passive')).toBe(model.discovered.some((group) => group.name === name));
        if (model.mode === 'route-reflector') expect(own).toContain(`cluster ${model.routerId.text}`);
        else {
          expect(own).toContain(`peer-as-list ${name}`);
          const said = of.env.MESHRR_ROUTE_SERVER_CLIENT;
          const transparent = said === undefined ? !model.families.includes('evpn') : said === 'true';
          expect(own.includes('route-server-client')).toBe(transparent);
          expect(own).toEqual(expect.arrayContaining(['multihop ttl 10', 'multihop no-nexthop-change']));
          const members = asRanges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
          expect(paths).toContain(`groups MESHRR policy-options as-list ${name} members [ ${members.join(' ')} ]`);
        }
      }
    }
  });

  test('has just the families of the model, none of them in the forwarding', () => {
    for (const { model, paths } of all) {
      const at = (family: string, where: string) =>
        `groups MESHRR protocols bgp ${where}family ${family} ${family === 'evpn' ? 'signaling' : 'unicast'}`;
      const statements = (families: readonly string[], where: string) =>
        families.flatMap((family) => [
          `${at(family, where)} nexthop-resolution no-resolution`,
          `${at(family, where)} no-install`,
        ]);
      const ALL_PATHS = ['path-count 64', 'path-selection-mode all-paths'];
      const limits = (maximumPrefixes: MaximumPrefixes | undefined, family: Family) => {
        const maximum = maximumPrefixes?.maximum[family];
        // Of the cases, one group has a maximum, and drops.
        return maximum === undefined
          ? []
          : [
              `accepted-prefix-limit maximum ${maximum}`,
              `accepted-prefix-limit teardown ${maximumPrefixes?.threshold} idle-timeout forever`,
            ];
      };
      expect(paths.filter((line) => / bgp .*family /.test(line))).toEqual([
        ...statements(model.families, ''),
        ...model.clients.flatMap(
          ({ name, maximumPrefixes, addPath, families = maximumPrefixes || addPath ? model.families : [] }) =>
            families.flatMap((family) => [
              ...limits(maximumPrefixes, family).map((limit) => `${at(family, `group ${name} `)} ${limit}`),
              ...statements([family], `group ${name} `),
              ...(addPath && family !== 'evpn' ? ALL_PATHS : []).map(
                (statement) => `${at(family, `group ${name} `)} add-path send ${statement}`,
              ),
            ]),
        ),
      ]);
    }
  });

  test('sends upstream what its communities allow', () => {
    for (const { model, paths } of all) {
      const { only: inRegionOnly, preferred: inRegionPreferred } = model.communities;
      const marked = inRegionOnly !== undefined || inRegionPreferred !== undefined;
      const upstream = model.discovered.filter(({ kind }) => kind === 'upstream').map(({ name }) => name);
      expect(paths.filter((line) => / export /.test(line))).toEqual(
        marked ? upstream.map((name) => `groups MESHRR protocols bgp group ${name} export UPSTREAM-OUT`) : [],
      );
      const large = /^\d+:\d+:\d+$/;
      const community = (name: string, value?: string) =>
        value
          ? [`groups MESHRR policy-options community ${name} members ${large.test(value) ? 'large:' : ''}${value}`]
          : [];
      expect(paths.filter((line) => line.startsWith('groups MESHRR policy-options community '))).toEqual(
        marked && upstream.length > 0
          ? [...community('INREGION-ONLY', inRegionOnly), ...community('INREGION-PREFERRED', inRegionPreferred)]
          : [],
      );
    }
  });

  test('accepts from clients what the settings permit', () => {
    for (const { model, paths, text } of all) {
      const bounded = model.clientRoutes !== undefined && model.families.some((family) => family !== 'evpn');
      const policies = [
        ...(bounded ? ['CLIENT-ROUTES'] : []),
        ...(model.resetsLocalPreference ? ['CLIENT-PREFERENCE'] : []),
      ];
      const own = model.clients.map(({ name }) => `groups MESHRR protocols bgp group ${name} import`);
      expect(paths.filter((line) => / import /.test(line))).toEqual(
        policies.length > 0 ? own.map((line) => `${line} [ ${policies.join(' ')} ]`) : [],
      );
      for (const policy of policies) expect(text).toContain(`policy-statement ${policy} {`);
      const filters = paths.filter((line) => line.includes(' route-filter '));
      const told = (model.clientRoutes ?? []).filter(({ family }) =>
        model.families.includes(family === 4 ? 'inet' : 'inet6'),
      );
      expect(filters.map((line) => line.split(' route-filter ')[1])).toEqual(
        told.map(({ text: at }) => `${at} orlonger`),
      );
    }
  });

  test('notices a peer that is gone, keeps a session over a malformed update, and has the threads asked for', () => {
    for (const { of, paths, model } of all) {
      const bgp = ['hold-time 30', 'log-updown', 'bgp-error-tolerance'];
      expect(paths).toEqual(expect.arrayContaining(bgp.map((line) => `groups MESHRR protocols bgp ${line}`)));
      expect(paths).toContain(`groups MESHRR routing-options router-id ${model.routerId.text}`);
      const { MESHRR_RIB_SHARDING: shards, MESHRR_UPDATE_THREADING: threads } = of.env;
      const statement = (name: string, count: string, value?: string) =>
        value === undefined ? [] : [`${name}${value === 'true' ? '' : ` ${count} ${value}`}`];
      expect(paths.flatMap((line) => line.split('groups MESHRR system processes routing bgp ').slice(1))).toEqual([
        ...statement('rib-sharding', 'number-of-shards', shards),
        ...statement('update-threading', 'number-of-threads', threads ?? (shards && 'true')),
      ]);
    }
  });
});

describeWithEachFrr('every configuration of FRR', (release) => {
  const text = ALL_CASES.map((of) => render(of, 'frr')).join('');

  /** Has vtysh read a file with this text, as it reads a configuration. @throws Error with its complaints */
  const read = (configuration: string) => {
    const root = release === '8.4' ? '/' : frr10Rootfs();
    const folder = fs.mkdtempSync(path.join(release === '8.4' ? os.tmpdir() : path.join(root, 'tmp'), 'vtysh-'));
    try {
      fs.writeFileSync(path.join(folder, 'all.conf'), configuration);
      const file = path.join('/', path.relative(root, folder), 'all.conf');
      execFileSync('chroot', [root, 'vtysh', '-C', '-f', file], { stdio: 'pipe' });
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  };

  test('is read by vtysh without a complaint', () => read(text));

  test('would be refused with a line that is wrong', () => {
    expect(() => read(`${text}router bgp 1\n bgp nonsense\n`)).toThrow('bgp nonsense');
  });
});

/** The statements of a configuration that are no blocks, each on one line with the blocks around it. */
function pathsOf(text: string): string[] {
  const lines = ({ words, children }: JunosStatement): string[] => {
    const own = words.map((word) => word.replace(/^"(.*)"$/, '$1')).join(' ');
    return children ? children.flatMap(lines).map((line) => `${own} ${line}`) : [own];
  };
  return parseJunos(text).flatMap(lines);
}

import * as fs from 'fs';
import * as path from 'path';
import { messages, RawSession } from './raw-session';
import { parseXml } from '../../test-support/crpd/stand-in/netconf/xml';
import { StandIn } from '../../test-support/crpd/build';
import { expectGolden } from '../../test-support/golden';

/**
 * What the stand-in holds after commits, as files: a reviewer reads them, and the vendor's grammar is held against them.
 * UPDATE_GOLDEN=1 writes them anew.
 */
const GOLDEN = path.join(__dirname, 'golden');

// Encoded already: the stand-in writes a plain one differently each time.
const KEY = '"$9$LbHX-wg4Z"';

const COMMON = [
  'set system host-name meshrr',
  'set system root-authentication encrypted-password "$6$salt$hash"',
  'set system services ssh root-login allow',
  'set system services netconf ssh',
  'set groups MESHRR system processes routing bgp rib-sharding',
  'set groups MESHRR system processes routing bgp update-threading',
  'set groups MESHRR routing-options router-id 10.42.0.7',
  'set groups MESHRR routing-options autonomous-system 64496',
  'set apply-groups MESHRR',
];
const BGP = 'set groups MESHRR protocols bgp';
const MESH = `${BGP} group MESHRR-MESH`;
const CLIENTS = `${BGP} group MESHRR-CLIENTS`;

/** Commits, one after the other, each a list of commands. */
const CASES: Record<string, readonly (readonly string[])[]> = {
  'route-reflector': [
    [
      ...COMMON,
      `${BGP} log-updown`,
      `${BGP} family inet unicast no-install`,
      `${BGP} family inet unicast nexthop-resolution no-resolution`,
      `${BGP} family inet6 unicast accepted-prefix-limit maximum 1000000 teardown 80 idle-timeout 30`,
      `${BGP} graceful-restart`,
      `${MESH} type internal`,
      `${CLIENTS} type internal`,
      `${CLIENTS} cluster 10.42.0.7`,
      `${CLIENTS} passive`,
      `${CLIENTS} allow [ 192.0.2.0/24 2001:db8::/32 ]`,
    ],
    [
      `${MESH} neighbor 10.42.0.8 authentication-key ${KEY}`,
      `${MESH} neighbor 2001:db8:0:1::9 authentication-key ${KEY}`,
      `${MESH} neighbor 10.42.0.10 authentication-key ${KEY}`,
    ],
    [`delete ${MESH.slice(4)} neighbor 10.42.0.10`, `${MESH} neighbor 10.42.0.11 authentication-key ${KEY}`],
  ],
  'route-server': [
    [
      ...COMMON,
      `${BGP} family evpn signaling no-install`,
      `${BGP} family route-target`,
      `${MESH} type internal`,
      `${CLIENTS} type external`,
      `${CLIENTS} multihop no-nexthop-change`,
      `${CLIENTS} route-server-client`,
      `${CLIENTS} peer-as-list CLIENTS`,
      `${CLIENTS} allow 0.0.0.0/0`,
      'set groups MESHRR policy-options as-list CLIENTS members [ 65001-65500 4200000001 ]',
    ],
    [`${MESH} neighbor 10.42.0.8 authentication-key ${KEY}`],
    [`${BGP} graceful-shutdown sender`],
  ],
  'region-policies': [
    [
      ...COMMON,
      `${BGP} group MESHRR-UPSTREAM type internal`,
      `${BGP} group MESHRR-UPSTREAM export [ UPSTREAM-OUT LAST ]`,
      `${BGP} group MESHRR-UPSTREAM neighbor 10.42.1.1`,
      `${BGP} group MESHRR-UPSTREAM neighbor 10.42.1.2 description "core \\"a\\""`,
      'set policy-options policy-statement UPSTREAM-OUT term only from community INREGION-ONLY',
      'set policy-options policy-statement UPSTREAM-OUT term only then reject',
      'set policy-options policy-statement UPSTREAM-OUT term routes from route-filter 10.0.0.0/8 orlonger',
      'set policy-options policy-statement UPSTREAM-OUT term routes then next-hop self',
      'set policy-options policy-statement UPSTREAM-OUT term routes then accept',
      'set policy-options policy-statement LAST then accept',
      'set policy-options community INREGION-ONLY members 64496:101',
    ],
    ['delete policy-options policy-statement UPSTREAM-OUT term routes from'],
  ],
};

test.each(Object.keys(CASES))('%s', async (name) => {
  const standIn = new StandIn();
  const session = new RawSession(standIn.command);
  try {
    await session.next();
    for (const commands of CASES[name]) {
      const set = `<configuration-set>${commands.join('\n').replace(/&/g, '&amp;')}</configuration-set>`;
      for (const request of [
        '<open-configuration><private/></open-configuration>',
        `<load-configuration action="set" format="text">${set}</load-configuration>`,
        '<commit-configuration/>',
        '<close-configuration/>',
      ]) {
        const told = messages(parseXml(await session.ask(request)));
        expect(told.filter((message) => message !== 'uncommitted changes will be discarded on exit')).toEqual([]);
      }
    }
    const file = path.join(GOLDEN, `${name}.conf`);
    expectGolden(file, standIn.running());
  } finally {
    session.close();
    await session.ended;
    standIn.close();
  }
});

test('each file has its case', () => {
  const names = Object.keys(CASES).map((name) => `${name}.conf`);
  expect(fs.readdirSync(GOLDEN).sort()).toEqual(names.sort());
});

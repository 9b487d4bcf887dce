import { parseEnvironment, parsePeerGroups, rejectCapture } from '../../lib/settings';

const POD = {
  POD_IP: '192.0.2.1',
  MESH_SERVICE_NAME: 'core',
  AUTONOMOUS_SYSTEM: '64496',
  MESHRR_CLIENTRANGE: '10.0.0.0/8',
  MESHRR_ROUTER: 'frr',
  MESHRR_MESH_MD5: 'false',
};
/** A region without a mesh of its own. */
const UNMESHED = { ...POD, MESH_SERVICE_NAME: '', UPSTREAM_SERVICE_NAME: 'super', MESHRR_CLIENTRANGE: '192.0.2.0/24' };

const LAB = { name: 'LAB', kind: 'clients', ranges: ['198.51.100.0/24', '192.0.2.0/28'] };
const APART = { name: 'LAB', kind: 'clients', ranges: ['198.51.100.0/24'] };
const SECOND = { name: 'SECOND', kind: 'mesh', service: 'second' };
const SPARE = { name: 'SPARE', kind: 'upstream', service: 'spare' };

const start = (env: Record<string, string>, groups: readonly object[]) =>
  rejectCapture(parseEnvironment(env), parsePeerGroups(groups));

describe('a route reflector whose mesh has no TCP MD5', () => {
  test.each<[string, Record<string, string>, readonly object[], string]>([
    ['further clients whose range takes in its own address', POD, [SPARE, LAB], '192.0.2.0/28'],
    ['a further mesh, if the own clients take in its address', UNMESHED, [SPARE, SECOND], '192.0.2.0/24'],
  ])('does not start with %s', (_, env, groups, range) => {
    expect(() => start(env, groups)).toThrow(
      `MESHRR_MESH_MD5: got "false", want true, or ranges apart from the pods, whose clients MESHRR_CLIENT_SERVICE lists: the client range ${range} takes in POD_IP 192.0.2.1, and only TCP MD5`,
    );
  });

  test.each<[string, Record<string, string>, readonly object[]]>([
    ['clients elsewhere', POD, [APART]],
    ['no mesh but upstreams', UNMESHED, [SPARE]],
    ['TCP MD5 after all', { ...POD, MESHRR_MESH_MD5: 'true' }, [LAB]],
  ])('starts with %s', (_, env, groups) => {
    expect(() => start(env, groups)).not.toThrow();
  });
});

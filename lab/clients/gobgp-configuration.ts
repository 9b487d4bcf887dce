import { traitsOf } from '../../lib/addressing';
import { ClientProps, CONNECT_RETRY_SECONDS, DEFAULT_HOLD_SECONDS } from './client';

/** Without this, GoBGP sends routes from one eBGP neighbor to the others. */
const OWN_ROUTES_ONLY = [
  '[[policy-definitions]]',
  'name = "own"',
  '[[policy-definitions.statements]]',
  'name = "own"',
  '[policy-definitions.statements.conditions.bgp-conditions]',
  'route-type = "local"',
  '[policy-definitions.statements.actions]',
  'route-disposition = "accept-route"',
  '[global.apply-policy.config]',
  'export-policy-list = ["own"]',
  'default-export-policy = "reject-route"',
];

/** The configuration of gobgpd 3, in TOML. It does not listen: a client dials. */
export function gobgpConfiguration(props: ClientProps): string {
  const { holdSeconds = DEFAULT_HOLD_SECONDS } = props;
  const lines = [
    '[global.config]',
    `as = ${props.autonomousSystem}`,
    `router-id = "${props.routerId}"`,
    'port = -1',
    ...OWN_ROUTES_ONLY,
    ...props.neighbors.flatMap(
      ({ address, localAddress, autonomousSystem, families = props.families, password, addPath }) => [
        '[[neighbors]]',
        '[neighbors.config]',
        `neighbor-address = "${address}"`,
        `peer-as = ${autonomousSystem}`,
        ...(password === undefined ? [] : [`auth-password = "${password}"`]),
        '[neighbors.transport.config]',
        `local-address = "${localAddress}"`,
        '[neighbors.timers.config]',
        `hold-time = ${holdSeconds}`,
        `keepalive-interval = ${holdSeconds / 3}`,
        // GoBGP dials at most each 5 seconds; by default it waits 120.
        `connect-retry = ${CONNECT_RETRY_SECONDS}`,
        ...(autonomousSystem === props.autonomousSystem ? [] : ['[neighbors.ebgp-multihop.config]', 'enabled = true']),
        ...families.flatMap((family) => [
          '[[neighbors.afi-safis]]',
          '[neighbors.afi-safis.config]',
          `afi-safi-name = "${traitsOf(family).gobgp[1]}"`,
          ...(addPath && traitsOf(family).addPath ? ['[neighbors.afi-safis.add-paths.config]', 'receive = true'] : []),
        ]),
      ],
    ),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

import { ClientProps, DEFAULT_HOLD_SECONDS } from './client';

/** What GoBGP calls a family in its configuration. */
const AFI_SAFI = { inet: 'ipv4-unicast', inet6: 'ipv6-unicast', evpn: 'l2vpn-evpn' };

/** Lets a client announce its own routes only: by itself GoBGP would pass on what it has from one eBGP neighbor. */
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

/** The configuration of gobgpd 3, in TOML. It listens for nobody: a client dials. */
export function gobgpConfiguration(props: ClientProps): string {
  const { holdSeconds = DEFAULT_HOLD_SECONDS } = props;
  const lines = [
    '[global.config]',
    `as = ${props.autonomousSystem}`,
    `router-id = "${props.routerId}"`,
    'port = -1',
    ...OWN_ROUTES_ONLY,
    ...props.neighbors.flatMap(({ address, localAddress, autonomousSystem }) => [
      '[[neighbors]]',
      '[neighbors.config]',
      `neighbor-address = "${address}"`,
      `peer-as = ${autonomousSystem}`,
      '[neighbors.transport.config]',
      `local-address = "${localAddress}"`,
      '[neighbors.timers.config]',
      `hold-time = ${holdSeconds}`,
      `keepalive-interval = ${holdSeconds / 3}`,
      ...(autonomousSystem === props.autonomousSystem ? [] : ['[neighbors.ebgp-multihop.config]', 'enabled = true']),
      ...props.families.flatMap((family) => [
        '[[neighbors.afi-safis]]',
        '[neighbors.afi-safis.config]',
        `afi-safi-name = "${AFI_SAFI[family]}"`,
      ]),
    ]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

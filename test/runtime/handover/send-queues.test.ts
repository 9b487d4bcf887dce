import { unacknowledged } from '../../../crpd-image/runtime/handover/send-queues';

const HEADING =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     ';
const REST = '00:00000000 00000000 65532        0 3021163 2 0000000000000000 100 0 0 10 0';
const line = (local: string, remote: string, state: string, queues: string) =>
  `   0: ${local} ${remote} ${state} ${queues} ${REST}`;

const A = '0100002A';
const V6 = '0000000000000000FFFF00000100002A';

test.each([
  ['nothing', [], 0],
  ['an accepted session', [line(`${A}:00B3`, `${A}:A2F0`, '01', '0000001F:00000000')], 0x1f],
  ['a session that this router opened', [line(`${A}:A2F0`, `${A}:00B3`, '01', '000A0000:00000007')], 0xa0000],
  ['IPv6', [line(`${V6}:00B3`, `${V6}:A2F0`, '01', '00000002:00000000')], 2],
  ['several', [line(`${A}:00B3`, `${A}:1`, '01', '00000002:0'), line(`${A}:00B3`, `${A}:2`, '01', '00000003:0')], 5],
  ['what the other end has sent', [line(`${A}:00B3`, `${A}:A2F0`, '01', '00000000:0000001F')], 0],
  ['another port', [line(`${A}:033E`, `${A}:A2F0`, '01', '0000001F:00000000')], 0],
  ['a listening socket', [line('00000000:00B3', '00000000:0000', '0A', '00000001:00000000')], 0],
  ['an attempt to connect', [line(`${A}:A2F0`, `${A}:00B3`, '02', '00000001:00000000')], 0],
  ['a session that ends', [line(`${A}:00B3`, `${A}:A2F0`, '04', '00000015:00000000')], 0],
])('counts the bytes of BGP sessions that are not acknowledged: %s', (_, lines, expected) => {
  expect(unacknowledged([HEADING, ...lines, ''].join('\n'))).toBe(expected);
});

import { countBirdUps, parseBirdStates } from '../../../lab/clients/bird-sessions';
import { countGobgpUps, parseGobgpStates } from '../../../lab/clients/gobgp-sessions';

describe('BIRD', () => {
  test.each([
    ['Established', 'Established'],
    ['Active', 'Active'],
    ['Connect', 'Connect'],
    ['Passive', 'Active'],
    ['Down', 'Idle'],
    ['Close', 'Idle'],
  ])('%s is %s', (printed, state) => {
    const text = `BIRD 2.0.12 ready.
Name       Proto      Table      State  Since         Info
device1    Device     ---        up     05:49:09.925  

neighbor1  BGP        ---        start  05:49:10.706  Active        Socket: Connection refused
  BGP state:          Active
    Neighbor address: 10.98.0.1

neighbor10 BGP        ---        up     05:49:10.706  ${printed}   
  BGP state:          ${printed}
    Neighbor address: 10.98.0.10
  Channel ipv4
    State:          UP
`;
    expect([...parseBirdStates(text)]).toEqual([
      ['neighbor1', 'Active'],
      ['neighbor10', state],
    ]);
  });

  test('its log counts how many times a session came up', () => {
    const log = `2026-11-24 05:49:09.894 <TRACE> neighbor2: Connect delayed by 1 seconds
2026-11-24 05:49:10.684 <TRACE> neighbor2: BGP session established
2026-11-24 05:49:10.703 <TRACE> neighbor1: BGP session established
2026-11-24 05:49:12.703 <TRACE> neighbor1: BGP session closed
2026-11-24 05:49:14.703 <TRACE> neighbor1: BGP session established
`;
    expect(Object.fromEntries(countBirdUps(log))).toEqual({ neighbor1: 2, neighbor2: 1 });
  });
});

describe('GoBGP', () => {
  test('its states are numbers', () => {
    const text = JSON.stringify([
      { state: { neighbor_address: '10.98.0.1', session_state: 6 } },
      { state: { neighbor_address: '2001:db8:98::1', session_state: 3 } },
      { state: { neighbor_address: '10.98.0.3' } },
    ]);
    expect(Object.fromEntries(parseGobgpStates(text))).toEqual({
      '10.98.0.1': 'Established',
      '2001:db8:98::1': 'Active',
      '10.98.0.3': 'Idle',
    });
  });

  test('its log counts how many times a session came up', () => {
    const log = `time="2026-11-24T05:49:09Z" level=info msg="Add Peer" Key=10.98.0.1 Topic=config
time="2026-11-24T05:49:14Z" level=info msg="Peer Up" Key=10.98.0.1 State=BGP_FSM_OPENCONFIRM Topic=Peer
time="2026-11-24T05:49:17Z" level=info msg="Peer Up" Key="2001:db8:98::1" State=BGP_FSM_OPENCONFIRM Topic=Peer
time="2026-11-24T05:49:18Z" level=info msg="Peer Down" Key=10.98.0.1 Reason=notification-received State=BGP_FSM_ESTABLISHED Topic=Peer
time="2026-11-24T05:49:29Z" level=info msg="Peer Up" Key=10.98.0.1 State=BGP_FSM_OPENCONFIRM Topic=Peer
`;
    expect(Object.fromEntries(countGobgpUps(log))).toEqual({ '10.98.0.1': 2, '2001:db8:98::1': 1 });
  });
});

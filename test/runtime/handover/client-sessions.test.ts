import { clientsOnLeaving } from '../../../crpd-image/runtime/handover/client-sessions';

const last = (established: number, recentClients?: number) => ({ clients: { established }, recentClients });

test.each<[string, number | undefined, Parameters<typeof clientsOnLeaving>[1], number]>([
  ['those with a session', 3, last(1), 3],
  ['those that had one a moment ago', 0, last(0, 2), 2],
  ['those of the last report, of a router that is too busy to answer', undefined, last(4), 4],
  ['the most of a moment ago, of such a router', undefined, last(1, 4), 4],
  ['none, where nothing is known', undefined, undefined, 0],
])('the clients of a pod that is about to end are %s', (_, present, status, clients) => {
  expect(clientsOnLeaving(present, status)).toBe(clients);
});

import { counted, listed, OutsideSpeaker } from '../../model';
import { PLATFORM_NAMES } from '../words';
import { Chip } from './picture';

/** Routers of a block that are drawn; others are counted. */
export const ROUTERS_DRAWN = 8;
/** Names, ranges and the like that are listed in one line. */
export const LISTED = 2;

/** A router that is not a pod of the app. */
export function routerChip(router: OutsideSpeaker): Chip {
  const { id, assumed, addresses, autonomousSystem, platform, routes, nodes } = router;
  return {
    look: assumed ? 'assumed' : 'router',
    heading: id,
    lines: [
      ...addresses.map(({ text }) => text),
      platform === 'generic' ? `AS ${autonomousSystem}` : `AS ${autonomousSystem}, ${PLATFORM_NAMES[platform]}`,
      ...(routes > 0 ? [`${counted(routes, 'route')}${assumed ? ', assumed' : ''}`] : assumed ? ['assumed'] : []),
      ...(nodes.length > 0 ? [`beside ${listed(nodes, LISTED)}`] : []),
    ],
    full: id,
  };
}

export const routerChips = (routers: readonly OutsideSpeaker[]) =>
  chips(routers.map(routerChip), ROUTERS_DRAWN, 'router');

/** As many chips as may be drawn; the last one counts the others. */
export function chips(all: readonly Chip[], most: number, noun: string): readonly Chip[] {
  if (all.length <= most) return all;
  const rest = all.length - (most - 1);
  return [...all.slice(0, most - 1), { look: 'more', heading: `+ ${rest} more`, lines: [`${noun}s`] }];
}

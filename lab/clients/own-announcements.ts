import { Announcement, destinationOf, resolve, Resolved } from './announcement';
import { ClientProps } from './client';

/** What a client announces, by destination. */
export class OwnAnnouncements {
  private readonly byDestination = new Map<string, Resolved>();

  constructor(private readonly props: Pick<ClientProps, 'name' | 'families' | 'neighbors' | 'announcements'>) {
    for (const announcement of props.announcements) this.set(announcement);
  }

  get all(): readonly Resolved[] {
    return [...this.byDestination.values()];
  }

  /** @throws Error where the client could not announce it */
  set(announcement: Announcement): Resolved {
    const resolved = this.resolve(announcement);
    this.byDestination.set(keyOf(resolved), resolved);
    return resolved;
  }

  /** Forgets the one with this destination, and returns it; undefined: there is none. */
  delete(announcement: Announcement): Resolved | undefined {
    const key = keyOf(this.resolve(announcement));
    const known = this.byDestination.get(key);
    this.byDestination.delete(key);
    return known;
  }

  private resolve(announcement: Announcement): Resolved {
    const { name, families, neighbors } = this.props;
    if (!families.includes(announcement.family)) {
      throw new Error(`${name}: got an announcement of ${announcement.family}, want ${families.join(' or ')}`);
    }
    const addresses = neighbors.map(({ localAddress }) => localAddress);
    try {
      return resolve(announcement, addresses);
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`);
    }
  }
}

function keyOf(announcement: Resolved): string {
  return `${announcement.family} ${destinationOf(announcement)}`;
}

import { Change } from '../router/driver';

/** Counts changes of neighbors by group and action. */
export class ChangeCounts {
  private readonly counts = new Map<string, number>();

  add({ group, action }: Change): void {
    this.counts.set(`${action} ${group}`, this.of(group, action) + 1);
  }

  of(group: string, action: Change['action']): number {
    return this.counts.get(`${action} ${group}`) ?? 0;
  }
}

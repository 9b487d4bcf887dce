/** Sets of names that grow together: two names are of one set once they have been joined, if through others. */
export class Sets {
  private readonly parents = new Map<string, string>();

  /** The name that stands for the set of a name. */
  of(name: string): string {
    let found = name;
    for (let parent = this.parents.get(found); parent !== undefined; parent = this.parents.get(found)) found = parent;
    if (found !== name) this.parents.set(name, found);
    return found;
  }

  join(one: string, other: string): void {
    const [a, b] = [this.of(one), this.of(other)].sort();
    if (a !== b) this.parents.set(b, a);
  }
}

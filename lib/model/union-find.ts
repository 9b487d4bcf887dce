/** Sets of names that are joined (union and find). */
export class UnionFind {
  private readonly parents = new Map<string, string>();

  /** The name that stands for the set of a name. */
  find(name: string): string {
    let root = name;
    for (let parent = this.parents.get(root); parent !== undefined; parent = this.parents.get(root)) root = parent;
    if (root !== name) this.parents.set(name, root);
    return root;
  }

  join(one: string, other: string): void {
    const [a, b] = [this.find(one), this.find(other)];
    if (a !== b) this.parents.set(a, b);
  }
}

import { RealPod } from '../../cluster/pod';
import { Family } from '../../lib/addressing';
import { TestbedPod } from './testbed';

/** A pod of a real cluster. Its state is that of the last look at the API. */
export class ClusterPod implements TestbedPod {
  /** @param seen the pod at the last look */
  constructor(public seen: RealPod) {}

  get name(): string {
    return this.seen.name;
  }

  get workload() {
    return this.seen.workload;
  }

  get node(): string {
    return this.seen.node;
  }

  get address(): string {
    return this.seen.address;
  }

  get addresses(): readonly string[] {
    return this.seen.addresses;
  }

  get ready(): boolean {
    return this.seen.ready;
  }

  get terminating(): boolean {
    return this.seen.terminating;
  }

  show(command: string) {
    return this.seen.show(command);
  }

  configure(...lines: readonly string[]) {
    return this.seen.configure(...lines);
  }

  sessions() {
    return this.seen.sessions();
  }

  paths(family: Family) {
    return this.seen.paths(family);
  }

  status() {
    return this.seen.status();
  }
}

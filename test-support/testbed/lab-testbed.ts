import { Lab } from '../../lab/lab';
import { named } from '../../lab/named';
import { Testbed, TestbedPod } from './testbed';

/** The lab as a testbed. */
export class LabTestbed implements Testbed {
  readonly reusesAddresses = false;
  private added = 0;

  constructor(private readonly lab: Lab) {}

  get topology() {
    return this.lab.cluster.topology;
  }

  get pods(): readonly TestbedPod[] {
    return this.lab.cluster.pods;
  }

  listed(service: Parameters<Testbed['listed']>[0]): readonly string[] {
    return this.lab.cluster.listed(service);
  }

  sessionsOfClients() {
    return this.lab.sessionsOfClients();
  }

  learned() {
    return this.lab.learned();
  }

  async announcersOf(address: string): Promise<readonly string[]> {
    return this.lab.cluster.announcersOf(address);
  }

  untilConverged(milliseconds?: number): Promise<void> {
    return this.lab.untilConverged(milliseconds);
  }

  untilAsExpected(milliseconds: number) {
    return this.lab.untilAsExpected(milliseconds);
  }

  deletePod({ name }: TestbedPod): Promise<void> {
    return this.lab.cluster.deletePod(named(this.lab.cluster.pods, name));
  }

  rollOut(): Promise<void> {
    return this.lab.cluster.rollOut();
  }

  scale(workload: string, replicas: number): Promise<void> {
    return this.lab.cluster.scale(workload, replicas);
  }

  async addNode(labels: Readonly<Record<string, string>>): Promise<string> {
    const name = `added-${++this.added}`;
    await this.lab.cluster.addNode({ name, labels });
    return name;
  }

  setNameServer(up: boolean): Promise<void> {
    return this.lab.cluster.setNameServer(up);
  }

  setApiServer(up: boolean): Promise<void> {
    return this.lab.cluster.setApiServer(up);
  }

  failNodes(...names: readonly string[]): Promise<void> {
    return this.lab.cluster.failNode(...names);
  }

  recoverNodes(...names: readonly string[]): Promise<void> {
    return this.lab.cluster.recoverNode(...names);
  }
}

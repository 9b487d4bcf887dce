import { Chart } from 'cdk8s';
import { Monitoring, MonitoringProps, Reachability, RouteReflectorRegion } from '../../lib';
import { region } from '../../test-support/examples';
import { synthChart } from '../../test-support/synth';
import { facing } from '../bad-input/cases';

export const scrapedFrom = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }];

/** A core and a region with two sides, which are monitored unless `props` is undefined. */
export function monitored(props: Partial<MonitoringProps> | undefined, namespace?: string) {
  return synthChart((chart: Chart) => {
    const core = new RouteReflectorRegion(chart, 'core', region);
    const sides = { a: { addresses: ['192.0.2.1'] }, b: { addresses: ['192.0.2.2'] } };
    const reachability = Reachability.hostPorts();
    new RouteReflectorRegion(chart, 'east', { ...region, ...facing, sides, reachability, upstream: core });
    if (props) new Monitoring(chart, 'monitoring', { scrapedFrom, ...props });
  }, namespace);
}

import { App, Chart } from 'cdk8s';
import { AppDefinition, BgpTopology, topologyOf } from '../lib';

/** The topology of an app that has one chart, `test`. */
export function topologyIn(define: (chart: Chart) => void): BgpTopology {
  return topologyBy((app) => define(new Chart(app, 'test')));
}

export function topologyBy(define: AppDefinition): BgpTopology {
  const app = new App();
  define(app);
  return topologyOf(app);
}

import { spawnSync } from 'child_process';
import { Exposition, Histogram } from '../../../crpd-image/runtime/metrics/exposition';
import { Metric, MetricName, METRICS } from '../../../lib/settings';
import { describeWith } from '../../../test-support/needs';

const all = Object.entries(METRICS) as [MetricName, Metric][];

function pageOf(label: string): Exposition {
  const page = new Exposition();
  const histogram = new Histogram();
  histogram.observe(2.5);
  for (const [name, { type, labels }] of all) {
    if (type === 'histogram') page.addHistogram(name, histogram);
    else page.add(name, 1.5, Object.fromEntries(labels.map((one) => [one, label])));
  }
  return page;
}

test('samples of a metric are together, with its help and its type before them', () => {
  const page = new Exposition();
  page.add('meshrr_ready', true);
  page.add('meshrr_runtime_up', false);
  page.add('meshrr_ready', 3);
  expect(page.text).toBe(
    `# HELP meshrr_ready ${METRICS.meshrr_ready.help}\n# TYPE meshrr_ready gauge\nmeshrr_ready 1\nmeshrr_ready 3\n` +
      `# HELP meshrr_runtime_up ${METRICS.meshrr_runtime_up.help}\n# TYPE meshrr_runtime_up gauge\nmeshrr_runtime_up 0\n`,
  );
});

test('label values are escaped as the format says', () => {
  const page = new Exposition();
  page.add('meshrr_problems', 1, { kind: 'a"b\\c\nd' });
  expect(page.text).toContain('\nmeshrr_problems{kind="a\\"b\\\\c\\nd"} 1\n');
});

describeWith(['prometheus'], 'promtool, which is of Prometheus,', () => {
  const check = (input: string) => spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });

  test.each(['plain', 'quote " backslash \\ newline \n', 'ü'])(
    'reads every metric and has no objection: %j',
    (label) => {
      const { status, stdout, stderr } = check(pageOf(label).text);
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    },
  );

  test('objects to a line that is wrong', () => {
    expect(check(pageOf('x').text.replace('kind="x"', 'kind=x')).status).not.toBe(0);
  });
});

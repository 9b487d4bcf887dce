import { ChildProcess, spawn } from 'child_process';
import * as path from 'path';
import { RealCluster } from '../../../../cluster/real-cluster';
import { RealBrowser } from '../../../../test-support/browser';
import { appFiles } from '../apps';
import { until } from './caller';

const { folder } = appFiles('two-regions-hrr-metallb-frr');
const PREFIX = '198.51.100.64/27';

/** The page of `serve` in a real browser. @param on the cluster, on which nothing is wrong */
export function pageOfServe(on: () => { cluster: RealCluster; topology: string }): void {
  let server: ChildProcess;
  let browser: RealBrowser;
  afterAll(async () => {
    server?.kill();
    await browser?.stop();
  });

  async function started(): Promise<string> {
    const args = ['-r', 'ts-node/register/transpile-only', 'command/main.ts', 'serve', folder];
    server = spawn(process.execPath, [...args, '--topology', on().topology, '--port', '0'], {
      ...{ cwd: path.join(__dirname, '..', '..', '..', '..'), env: process.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    server.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text));
    return until(() => {
      const [address] = printed.match(/http:\S+/) ?? [];
      if (address === undefined) throw new Error(`serve prints no address: ${printed}`);
      return address;
    });
  }

  test('shows the sessions of the cluster as they come and go, and who has a prefix', async () => {
    const { cluster } = on();
    const url = await started();
    browser = await RealBrowser.start();
    const { page } = await browser.visit(url, { width: 1100, scheme: 'light' });
    const lines = (state: string) => page.$$eval(`path.session[data-state=${state}]`, (all) => all.length);
    const states = () =>
      page.$$eval('rect.b-pod[data-state]', (all) => all.map((one) => one.getAttribute('data-state')));
    const { sessions, speakers, outside, choices: assumed } = cluster.topology;
    // The commands expect no session of clients that the app does not declare.
    const isDeclared = ({ from }: { readonly from: string }) => !outside.some((one) => one.id === from && one.assumed);
    const choices = assumed.filter(isDeclared);
    const all = sessions.length + choices.reduce((sum, one) => sum + Math.min(one.most, one.candidates.length), 0);
    const ofPe1 = choices.filter(({ from }) => from === 'pe1').length;
    expect(ofPe1).toBeGreaterThan(0);
    await until(async () => expect([await lines('up'), await lines('down')]).toEqual([all, 0]));
    expect(await states()).toEqual(speakers.map(() => 'well'));

    await cluster.client('pe1').stop();
    await until(async () => expect([await lines('up'), await lines('down')]).toEqual([all - ofPe1, ofPe1]));
    await cluster.client('pe1').start();
    await until(async () => expect([await lines('up'), await lines('down')]).toEqual([all, 0]));

    await page.fill('input[name=prefix]', PREFIX);
    await page.click('button');
    await until(async () =>
      expect(await page.textContent('#routes')).toMatch(/\bpe2\b[^]*paths to 198\.51\.100\.64\/27/),
    );
  });
}

import * as http from 'http';
import { AddressInfo } from 'net';
import { UserError } from '../../../command/manifests';
import { liveApp, LiveApp } from '../../../command/live/live-app';
import { glassOf } from '../../../command/live/serve/glass';
import { Glass, serve } from '../../../command/live/serve/server';
import { stateOf } from '../../../command/live/serve/state';
import { ClusterSnapshot } from '../../../command/live/snapshot';
import { RealBrowser } from '../../../test-support/browser';
import { eventually } from '../../../test-support/eventually';
import { describeWith } from '../../../test-support/needs';
import { healthy } from './support/healthy';

const { app, snapshot } = healthy('two-regions-hrr-metallb-frr');
const withRouters = (routers: ClusterSnapshot['routers']): LiveApp => liveApp(app, [{ ...snapshot, routers }]);
const titlesIn = (svg: string) => [...svg.matchAll(/<title>([^<]*)<\/title>/g)].map(([, title]) => title);

const PREFIX = '198.51.100.64/27';
/** What the pages show now; tests change it. */
let shown: LiveApp = app;
const routes = (prefix: string) =>
  prefix === PREFIX
    ? Promise.resolve('<b>pe2</b> has it')
    : Promise.reject(new UserError(`got ${prefix}, want a prefix`));

describe('the state of the picture', () => {
  test('each pod of the model is well, and in the picture', async () => {
    const { pods, text } = await stateOf(app);
    expect(new Set(Object.values(pods))).toEqual(new Set(['well']));
    const picture = await glassOf('dist/app', () => Promise.resolve(app), routes).picture();
    expect(titlesIn(picture)).toEqual(expect.arrayContaining(Object.keys(pods)));
    expect(text).toMatch(/^6 of 6 pods ready/);
  });

  test('a pod with a session that is down has a fault, and so has one that is not ready; one that is gone is absent', async () => {
    const [first, second, third, ...others] = snapshot.routers;
    const down = { ...first, sessions: first.sessions.map((one) => ({ ...one, state: 'Active' as const })) };
    const unready = { ...second, pod: { ...second.pod, status: { ...second.pod.status, conditions: [] } } };
    const { pods } = await stateOf(withRouters([down, unready, ...others]));
    const titleOf = ({ group, pod }: typeof first) =>
      Object.keys(pods).find((title) => title.includes(group.workload) && title.endsWith(` ${pod.spec.nodeName}`)) ??
      '';
    expect([first, second, third].map((router) => pods[titleOf(router)])).toEqual(['fault', 'fault', 'absent']);
    expect(others.map((router) => pods[titleOf(router)])).toEqual(others.map(() => 'well'));
  });

  test('each session of the model has a line between two boxes of the picture, which says whether it is up', async () => {
    const picture = await glassOf('dist/app', () => Promise.resolve(app), routes).picture();
    const { sessions } = await stateOf(app);
    const { sessions: mesh, choices } = app.expected;
    const chosen = choices.reduce((sum, { candidates, most }) => sum + Math.min(most, candidates.length), 0);
    expect(sessions).toHaveLength(mesh.length + chosen);
    expect(sessions.every(({ up }) => up)).toBe(true);
    expect(titlesIn(picture)).toEqual(expect.arrayContaining(sessions.flatMap(({ ends }) => ends)));
  });

  test('without the right to ask routers, there are no lines', async () => {
    const { sessions, text } = await stateOf(liveApp(app, [{ ...snapshot, unread: new Map([['exec', 'no right']]) }]));
    expect(sessions).toEqual([]);
    expect(text).toContain('sessions are not read: no right');
  });

  test('the lines of a pod whose sessions are down are down, and no others', async () => {
    const [first, ...others] = snapshot.routers;
    const down = { ...first, sessions: [] };
    const { sessions } = await stateOf(withRouters([down, ...others]));
    const before = (await stateOf(app)).sessions;
    expect(sessions).toHaveLength(before.length);
    const isOfIt = ({ ends }: (typeof sessions)[number]) =>
      ends.some((end) => end.includes(first.group.workload) && end.endsWith(` ${first.pod.spec.nodeName}`));
    const ownBefore = before.filter(isOfIt);
    expect(ownBefore.length).toBeGreaterThan(1);
    expect(sessions.filter(({ up }) => !up)).toHaveLength(ownBefore.length);
    expect(sessions.filter(({ up }) => up).some(isOfIt)).toBe(false);
  });
});

test('however many ask, a cluster is read once at a time, and again after a while; a failure is not kept', async () => {
  let [looks, time] = [0, 0];
  let fails = false;
  const look = () => {
    looks++;
    return fails ? Promise.reject(new UserError('away')) : Promise.resolve(app);
  };
  const glass = glassOf('dist/app', look, routes, () => time);
  await Promise.all([glass.state(), glass.picture(), glass.state()]);
  await glass.state();
  expect(looks).toBe(1);
  time = 10_000;
  fails = true;
  await expect(glass.state()).rejects.toThrow('away');
  fails = false;
  await glass.state();
  expect(looks).toBe(3);
});

describe('the server', () => {
  let server: http.Server;
  let port: number;
  let broken = false;
  let time = 0;
  const glass: Glass = glassOf(
    'dist/an-app',
    () => (broken ? Promise.reject(new TypeError('secret of the program')) : Promise.resolve(shown)),
    routes,
    // Time passes quickly: each look is a new one.
    () => (time += 10_000),
  );
  beforeAll(async () => {
    server = await serve(glass, 0);
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  );

  const ask = (path: string, options: http.RequestOptions = {}) =>
    new Promise<{ status?: number; headers: http.IncomingHttpHeaders; text: string }>((resolve, reject) => {
      const request = http.request({ host: '127.0.0.1', port, path, ...options }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (data: string) => (text += data));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
      });
      request.on('error', reject).end();
    });

  test('it listens on loopback alone', () => {
    expect((server.address() as AddressInfo).address).toBe('127.0.0.1');
  });

  test('the page runs its own script, and nothing of another server', async () => {
    const { status, headers, text } = await ask('/');
    expect(status).toBe(200);
    const [, nonce] = /script-src 'nonce-([^']+)'/.exec(headers['content-security-policy'] as string)!;
    expect(text).toContain(`<script nonce="${nonce}">`);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(text).toContain('<h1>an-app</h1>');
  });

  test.each([
    ['/state.json', {}, 200, /"pods":/],
    [`/routes?prefix=${encodeURIComponent(PREFIX)}`, {}, 200, /^<b>pe2<\/b> has it$/],
    ['/routes?prefix=x', {}, 502, /^got x, want a prefix$/],
    ['/routes', {}, 502, /^got , want a prefix$/],
    ['/etc/passwd', {}, 404, /^nothing is here$/],
    ['/', { method: 'POST' }, 405, /^GET alone$/],
    // A page whose name somebody has led to this host.
    ['/state.json', { headers: { host: 'evil.example:8080' } }, 421, /^ask for 127\.0\.0\.1 or localhost$/],
    ['/state.json', { headers: { host: 'localhost:8080' } }, 200, /"pods":/],
  ])('%s %j: %i', async (path, options, wanted, pattern) => {
    const { status, text, headers } = await ask(path, options);
    expect({ status, text }).toEqual({ status: wanted, text: expect.stringMatching(pattern) });
    expect(headers['x-content-type-options']).toBe('nosniff');
    if (path.startsWith('/routes')) expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  test('a bug is shown in the terminal, and not to the browser', async () => {
    const logged = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    broken = true;
    const { status, text } = await ask('/state.json').finally(() => (broken = false));
    expect(status).toBe(500);
    expect(text).not.toContain('secret');
    expect(logged).toHaveBeenCalledWith(expect.objectContaining({ message: 'secret of the program' }));
    logged.mockRestore();
  });

  test('a port that is in use is named', async () => {
    await expect(serve(glass, port)).rejects.toThrow(`--port: got ${port}: `);
  });

  describeWith(['chromium'], 'in a browser', () => {
    let browser: RealBrowser;
    beforeAll(async () => (browser = await RealBrowser.start()));
    afterAll(() => browser.stop());

    test('pods have the color of their state, which changes with the cluster, and a prefix is found', async () => {
      const { page, complaints } = await browser.visit(`http://127.0.0.1:${port}/`, { width: 1600, scheme: 'light' });
      const states = () => page.$$eval('rect[data-state]', (all) => all.map((one) => one.getAttribute('data-state')));
      await page.waitForSelector('rect[data-state=well]');
      expect(new Set(await states())).toEqual(new Set(['well']));
      expect(await states()).toHaveLength(6);
      const lines = (state: string) => page.$$eval(`path.session[data-state=${state}]`, (all) => all.length);
      const { sessions } = await stateOf(app);
      expect([await lines('up'), await lines('down')]).toEqual([sessions.length, 0]);
      expect(await page.textContent('#sessions')).toMatch(/^6 of 6 pods ready/);

      shown = withRouters(snapshot.routers.slice(1));
      await page.waitForSelector('rect[data-state=absent]');
      const { sessions: without } = await stateOf(shown);
      expect(await lines('down')).toBe(without.filter(({ up }) => !up).length);
      expect(await lines('down')).toBeGreaterThan(0);
      shown = app;
      await page.waitForSelector('rect[data-state=absent]', { state: 'detached' });

      const search = async (prefix: string) => {
        await page.fill('input[name=prefix]', prefix);
        await page.click('button');
      };
      await search(PREFIX);
      // Text, and not an element of the page.
      await eventually(async () => expect(await page.textContent('#routes')).toBe('<b>pe2</b> has it'));
      await search('<img src=x onerror=alert(1)>');
      await eventually(async () => expect(await page.textContent('#routes')).toContain('want a prefix'));
      expect(complaints.filter((text) => !/502/.test(text))).toEqual([]);
    }, 60_000);
  });
});

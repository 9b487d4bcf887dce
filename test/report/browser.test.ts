import { BgpTopology } from '../../lib';
import { Report, reportFor } from '../../lib/report';
import { RealBrowser, View } from '../../test-support/browser';
import { describeWith } from '../../test-support/needs';
import { FORTY, FOUR, hierarchyOf, routeServers } from './topologies';
import { someProof } from './proof';

/** What somebody sees who looks at a page closely. */
interface Audit {
  /** Of all that the page holds: more than the window where it scrolls sideways. */
  readonly width: number;
  readonly background: string;
  /** How many texts were looked at. */
  readonly texts: number;
  /** The contrast of every text against what it stands on, the least first. */
  readonly faint: readonly { readonly text: string; readonly contrast: number }[];
  /** Texts of the picture that lie on each other. */
  readonly overlapping: readonly string[];
  /** Texts of the page that are cut off by what they are in. */
  readonly clipped: readonly string[];
  /** Texts of the picture that reach over the edge of their box, or of the picture. */
  readonly sticksOut: readonly string[];
  /** Levels of headings, in their order. */
  readonly headings: readonly number[];
}

// eslint-disable-next-line @typescript-eslint/no-require-imports
const { audit } = require('./audit.js') as { audit: () => Audit };

/** The least contrast of texts (WCAG 2.1, 1.4.3). */
const LEAST_CONTRAST = 4.5;

const topologies: Record<string, BgpTopology> = {
  'a region and its core, 4 pods': hierarchyOf(FOUR),
  'nine regions and their core, 40 pods': hierarchyOf(FORTY),
  '20 pairs of route servers, 40 pods': routeServers(20, 3),
};

const views: readonly View[] = [360, 1600].flatMap((width) => [
  { width, scheme: 'light' as const },
  { width, scheme: 'dark' as const },
]);

const FILE = 'neighbors/pe0.junos.conf';
const reportOn = (topology: BgpTopology): Report =>
  reportFor({
    ...{ name: 'an-app-of-a-name-that-is-rather-long', topology, proof: someProof(topology) },
    configurations: [{ router: topology.outside[0].id, platform: 'junos', file: FILE }],
    pictureFile: 'topology.svg',
  });

describeWith(['chromium'], 'in a browser', () => {
  let browser: RealBrowser;
  beforeAll(async () => (browser = await RealBrowser.start()));
  afterAll(() => browser.stop());

  describe.each(Object.keys(topologies))('%s', (name) => {
    const { html, svg } = reportOn(topologies[name]);

    test.each(views)('the page is whole at $width pixels, $scheme', async (view) => {
      const files = { 'report.html': html, 'topology.svg': svg, [FILE]: 'system {}' };
      const { page, requests, complaints } = await browser.open(files, view);
      const found = await page.evaluate(audit);
      expect(found.width).toBeLessThanOrEqual(view.width);
      expect(found.texts).toBeGreaterThan(100);
      expect(found.faint.filter(({ contrast }) => contrast < LEAST_CONTRAST)).toEqual([]);
      expect(found.overlapping).toEqual([]);
      expect(found.clipped).toEqual([]);
      expect(found.sticksOut).toEqual([]);
      expect(found.headings[0]).toBe(1);
      const steps = found.headings.slice(1).map((level, i) => level - found.headings[i]);
      expect(Math.max(...steps)).toBe(1);
      expect(found.headings.filter((level) => level === 1)).toHaveLength(1);
      expect(found.background).toMatch(view.scheme === 'dark' ? /^rgb\(16, 23, 31\)$/ : /^rgb\(255, 255, 255\)$/);
      expect({ requests, complaints }).toEqual({ requests: ['report.html'], complaints: [] });
      await page.context().close();
    });

    test.each(views)('the picture alone is whole at $width pixels, $scheme', async (view) => {
      const { page, requests, complaints } = await browser.open({ 'topology.svg': svg }, view);
      const found = await page.evaluate(audit);
      expect(found.texts).toBeGreaterThan(30);
      expect(found.faint.filter(({ contrast }) => contrast < LEAST_CONTRAST)).toEqual([]);
      expect({ overlapping: found.overlapping, sticksOut: found.sticksOut }).toEqual({
        overlapping: [],
        sticksOut: [],
      });
      expect({ requests, complaints }).toEqual({ requests: ['topology.svg'], complaints: [] });
      await page.context().close();
    });
  });

  test('the look at a page finds what is wrong with one', async () => {
    const html = `<!DOCTYPE html><h1 style="color:#999">gray</h1><h3>a level left out</h3><p style="width:50em">${'word '.repeat(40)}</p>
      <svg width="300" height="100"><rect x="10" y="10" width="40" height="40" fill="#eee"/>
      <text x="20" y="30">longer than its box</text><text x="60" y="32">on the other</text></svg>`;
    const { page } = await browser.open({ 'report.html': html }, views[0]);
    const found = await page.evaluate(audit);
    expect(found.width).toBeGreaterThan(360);
    expect(found.faint[0]).toMatchObject({ text: 'gray', contrast: expect.closeTo(2.85, 1) });
    expect(found.overlapping).toEqual(['longer than its box / on the other']);
    expect(found.clipped).toHaveLength(1);
    expect(found.sticksOut).toContain('longer than its box');
    expect(found.headings).toEqual([1, 3]);
    await page.context().close();
  });

  test('links lead to files that are there, and to sections of the page', async () => {
    const { html, svg } = reportOn(hierarchyOf(FOUR));
    const files = { 'report.html': html, 'topology.svg': svg, [FILE]: 'system {}' };
    const { page } = await browser.open(files, views[0]);
    const links = (await page.evaluate(
      `[...document.querySelectorAll('a')].map((a) => a.getAttribute('href'))`,
    )) as string[];
    expect(links.length).toBeGreaterThan(8);
    for (const link of links) {
      if (link.startsWith('#')) expect(await page.locator(link).count()).toBe(1);
      else expect(Object.keys(files)).toContain(decodeURIComponent(link));
    }
    await page.context().close();
  });

  test('tables and commands that are too wide scroll by themselves, also by the keyboard', async () => {
    const { page } = await browser.open({ 'report.html': reportOn(hierarchyOf(FOUR)).html }, views[0]);
    const wide = page.locator('.wide').first();
    await wide.focus();
    const before = await wide.evaluate((box) => [box.scrollWidth > box.clientWidth, box.scrollLeft]);
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(`document.querySelector('.wide').scrollLeft > 0`);
    expect(before).toEqual([true, 0]);
    await page.context().close();
  });

  test('what is printed is light, and whole', async () => {
    const { page } = await browser.open({ 'report.html': reportOn(hierarchyOf(FOUR)).html }, views[3]);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const found = await page.evaluate(audit);
    expect(found.background).toBe('rgb(255, 255, 255)');
    expect(found.faint.filter(({ contrast }) => contrast < LEAST_CONTRAST)).toEqual([]);
    expect((await page.pdf()).length).toBeGreaterThan(10_000);
    await page.context().close();
  });
});

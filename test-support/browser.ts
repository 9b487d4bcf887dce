import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Browser, BrowserContext, chromium, Page } from 'playwright-core';

/** Where Debian puts the browser. */
const PROGRAM = '/usr/bin/chromium';

/** The browser must not use the network, nor services that a test does not need. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
];

export interface View {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

/** A loaded page, with its requests and errors. */
export interface Loaded {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
}

/** A browser without a window. */
export class RealBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly folder: string,
  ) {}

  static async start(): Promise<RealBrowser> {
    const browser = await chromium.launch({ executablePath: PROGRAM, args: FLAGS });
    return new RealBrowser(browser, fs.mkdtempSync(path.join(os.tmpdir(), 'browser-')));
  }

  /** Opens files of these names and texts in one folder; the first of them. */
  async open(files: Readonly<Record<string, string>>, view: View): Promise<Loaded> {
    const folder = fs.mkdtempSync(path.join(this.folder, 'page-'));
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), text);
    }
    return this.load(`file://${path.join(folder, Object.keys(files)[0])}`, folder, view, true);
  }

  /** Visits a page that a server on this machine has. */
  visit(url: string, view: View): Promise<Loaded> {
    return this.load(url, '/', view, false);
  }

  private async load(url: string, root: string, { width, scheme }: View, offline: boolean): Promise<Loaded> {
    const context: BrowserContext = await this.browser.newContext({
      ...{ viewport: { width, height: 900 }, colorScheme: scheme, offline },
    });
    const page = await context.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requests.push(path.relative(root, new URL(request.url()).pathname)));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
    return { page, requests, complaints };
  }

  async stop(): Promise<void> {
    await this.browser.close();
    fs.rmSync(this.folder, { recursive: true });
  }
}

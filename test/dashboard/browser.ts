import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { after } from 'node:test';
import type { AxeResults } from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { Address } from '#src/transport/address.js';
import { formatAddress } from '#src/transport/address.js';
import { PATIENCE_MS } from '../support/patience.ts';

/** Why there is no browser; `undefined` where there is one. */
const missing =
  spawnSync('chromium', ['--version']).status === 0
    ? undefined
    : 'chromium is not installed; on Debian: apt-get install chromium';

/** What a test takes that needs a browser. */
export const WITH_BROWSER = missing === undefined ? {} : { skip: missing };

export const SIZES = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

export type Size = keyof typeof SIZES;

const THEMES = ['light', 'dark'] as const;

/** Every size with every theme. */
export const LOOKS = (Object.keys(SIZES) as Size[]).flatMap((size) =>
  THEMES.map((theme) => ({ size, theme })),
);

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Returns what gives the browser that all tests of a file share; it starts with the first, and ends after the last. */
export function sharedBrowser(): () => Promise<TestBrowser> {
  let started: Promise<TestBrowser> | undefined;
  after(async () => (await started)?.[Symbol.asyncDispose]());
  return () => (started ??= TestBrowser.start());
}

/** A Chromium without a window, whose WebGL is drawn by the processor. */
export class TestBrowser implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(): Promise<TestBrowser> {
    return new TestBrowser(
      await chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: [
          '--no-sandbox', // which does not run as root; the pages are ours
          '--disable-dev-shm-usage',
          '--disable-background-networking',
          '--use-angle=swiftshader',
          '--enable-unsafe-swiftshader',
        ],
      }),
    );
  }

  /** Opens the dashboard of a gateway. Nothing moves in it, unless that is asked for. */
  async open(gateway: Address, options: OpenOptions = {}): Promise<DashboardPage> {
    const {
      size = 'desktop',
      theme = 'light',
      motion = 'reduce',
      fragment = '',
      script,
      now,
    } = options;
    const context = await this.#browser.newContext({
      viewport: SIZES[size],
      colorScheme: theme,
      reducedMotion: motion,
      locale: 'en-GB',
      timezoneId: 'UTC',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const origin = `http://${formatAddress(gateway)}`;
    const page = new DashboardPage(context, await context.newPage(), origin);
    if (now !== undefined) await page.at.clock.setFixedTime(now);
    if (script !== undefined) await page.at.addInitScript(script);
    await page.at.goto(`${origin}/${fragment}`);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

interface OpenOptions {
  readonly size?: Size;
  readonly theme?: (typeof THEMES)[number];
  readonly motion?: 'reduce' | 'no-preference';
  /** What the URL says of the view: `#/herd`. */
  readonly fragment?: string;
  /** The time of day that the page goes by, which then stands still; left out: the true one. */
  readonly now?: Date;
  /** Runs in the page before its own scripts. */
  readonly script?: string;
}

/** The dashboard, open in a browser. */
export class DashboardPage implements AsyncDisposable {
  /** The page itself, with playwright's own words. */
  readonly at: Page;
  /** What the page complained of: errors, and all that its content security policy forbade. */
  readonly faults: string[] = [];
  /** Where it asked, beside its own origin. */
  readonly strangers = new Set<string>();
  readonly #context: BrowserContext;

  constructor(context: BrowserContext, page: Page, ownOrigin: string) {
    this.#context = context;
    this.at = page;
    page.on('pageerror', (error) => this.faults.push(String(error.stack ?? error)));
    page.on('console', (message) => {
      const { url, lineNumber } = message.location();
      if (['error', 'warning'].includes(message.type()))
        this.faults.push(`${message.type()} at ${url}:${lineNumber}: ${message.text()}`);
    });
    page.on('request', (request) => {
      const { origin } = new URL(request.url());
      if (origin !== ownOrigin && origin !== 'null') this.strangers.add(origin); // blob: has none
    });
  }

  /** Goes to what a fragment says, without loading the page anew, and waits until the page was told so. */
  async show(fragment: string): Promise<void> {
    await this.at.evaluate(`new Promise((resolve) => {
      const before = location.hash;
      addEventListener('hashchange', resolve, { once: true });
      location.hash = ${JSON.stringify(fragment)};
      if (location.hash === before) resolve(); // the browser tells nothing
    })`);
  }

  /** Waits until what the page shows is what is now. */
  async untilLive(): Promise<void> {
    await this.at.getByText('live', { exact: true }).waitFor();
  }

  /** Runs axe-core in the page. Evaluated, since the page's own policy lets no other script in. */
  async violations(): Promise<string[]> {
    await this.at.evaluate(await readFile(AXE, 'utf8'));
    const { violations } = await this.at.evaluate<AxeResults>('axe.run()');
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}

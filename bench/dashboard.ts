import type { Address } from '#src/transport/address.js';
import type { DashboardPage, TestBrowser } from '../test/dashboard/browser.ts';
import { recordFrames, scriptClock, takeFrames } from '../test/dashboard/frames.ts';
import { MovingClients } from '../test/dashboard/moving-clients.ts';
import { openPage, PLACE, startBrowser } from './dashboard/opened-page.ts';
import type { Benchmark, Figures, Measure } from './harness/benchmark.ts';
import { cpuSeconds } from './harness/process-usage.ts';
import { percentile } from './harness/statistics.ts';
import { startWithGateway, type RunningServer } from './server.ts';

/** How many clients are in view, and how long they move, in milliseconds. */
const CROWDS = [
  { clients: 5_000, lastsMs: 30_000 },
  { clients: 20_000, lastsMs: 10_000 },
] as const;
const REPORTS_A_SECOND = 1000;
/** How many pages are open while the server's processor time is looked at, and for how long, in milliseconds. */
const PAGES = [0, 1, 2, 4] as const;
const PAGES_OPEN_MS = 5_000;
/** Less is not worth looking at, in milliseconds. */
const LEAST_MS = 1_000;

/** Bytes of the scripts that a page has loaded, as they were sent: compressed. First those that its HTML names. */
const SCRIPT_BYTES = `(async () => {
  const html = await (await fetch('/')).text();
  const bytes = (scripts) => scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
  const loaded = performance.getEntriesByType('resource').filter(({ name }) => /\\.m?js$/.test(name));
  return [bytes(loaded.filter(({ name }) => html.includes(name.split('/').at(-1)))), bytes(loaded)];
})()`;
const FIRST_PAINT_MS = `performance.getEntriesByName('first-contentful-paint')[0].startTime`;

const measured = (unit: string): Measure => ({ unit, better: 'lower', aim: undefined });
const atMost = (bound: number, unit: string): Measure => {
  return { unit, better: 'lower', aim: { of: 'figure', bound } };
};

function framesOf(clients: number): [string, Measure][] {
  return ['frame p50', 'frame p95', 'script a frame'].map((name) => [
    `${name} ${clients}`,
    measured('ms'),
  ]);
}

/** The figures of a page, and what it costs the server. */
export const dashboard: Benchmark = {
  name: 'dashboard',
  description:
    'a page of the dashboard: its frames under load, its size, and what it costs the server',
  requires: [{ command: 'chromium', versionArgs: ['--version'], debianPackage: 'chromium' }],
  measures: Object.fromEntries([
    ['first paint', atMost(1000, 'ms')],
    ['script', atMost(60, 'kB')],
    ['script with map', atMost(500, 'kB')],
    ...CROWDS.flatMap(({ clients }) => framesOf(clients)),
    ...PAGES.map((pages): [string, Measure] => [`server ${pages}`, measured('%')]),
  ]),
  a: {
    label: `a page of a server whose clients report ${REPORTS_A_SECOND} times a second`,
    async start(scope, share) {
      const browser = await startBrowser(scope);
      return async () => {
        const server = await startWithGateway(scope);
        const figures = await measure(browser, server, share);
        await server.program.stop();
        return figures;
      };
    },
  },
  b: undefined,
};

async function measure(
  browser: TestBrowser,
  server: RunningServer,
  share: number,
): Promise<Figures<string>> {
  const [few, many] = CROWDS;
  const first = await figuresOfPage(browser, server, few, share);
  const ofServer = await figuresOfServer(browser, server, share);
  const last = await figuresOfPage(browser, server, many, share);
  return { ...last, ...ofServer, ...first }; // sizes are those of the first page
}

/** What a page of a crowd takes. */
async function figuresOfPage(
  browser: TestBrowser,
  server: RunningServer,
  { clients, lastsMs }: (typeof CROWDS)[number],
  share: number,
): Promise<Figures<string>> {
  const moving = await MovingClients.start(addressOf(server), clients, PLACE);
  await using page = await openPage(browser, server);
  const sizes = await sizeOf(page);
  await recordFrames(page);
  const scriptsMs = await scriptClock(page);
  await moving.move(REPORTS_A_SECOND, Math.max(LEAST_MS, lastsMs * share));
  const workedMs = await scriptsMs();
  const frames = Float64Array.from(await takeFrames(page));
  await moving.end();
  return {
    ...sizes,
    [`frame p50 ${clients}`]: percentile(frames, 0.5),
    [`frame p95 ${clients}`]: percentile(frames, 0.95),
    [`script a frame ${clients}`]: workedMs / frames.length,
  };
}

function addressOf({ port }: RunningServer): Address {
  return { host: '127.0.0.1', port };
}

async function sizeOf({ at }: DashboardPage): Promise<Figures<string>> {
  const [first = 0, all = 0] = await at.evaluate<number[]>(SCRIPT_BYTES);
  const paintMs = await at.evaluate<number>(FIRST_PAINT_MS);
  return { 'first paint': paintMs, script: first / 1000, 'script with map': all / 1000 };
}

/** The processor time of the server while so many pages are open, in per cent of one core. */
async function figuresOfServer(
  browser: TestBrowser,
  server: RunningServer,
  share: number,
): Promise<Figures<string>> {
  const figures: Record<string, number> = {};
  const moving = await MovingClients.start(addressOf(server), CROWDS[0].clients, PLACE);
  const opened: DashboardPage[] = [];
  for (const pages of PAGES) {
    while (opened.length < pages) opened.push(await openPage(browser, server));
    const [beganMs, before] = [performance.now(), await cpuSeconds(server.program.pid)];
    await moving.move(REPORTS_A_SECOND, Math.max(LEAST_MS, PAGES_OPEN_MS * share));
    const seconds = (performance.now() - beganMs) / 1000;
    figures[`server ${pages}`] =
      (((await cpuSeconds(server.program.pid)) - before) / seconds) * 100;
  }
  for (const page of opened) await page[Symbol.asyncDispose]();
  await moving.end();
  return figures;
}

import type { DashboardPage, TestBrowser } from '../../test/dashboard/browser.ts';
import type { MovingPlace } from '../../test/dashboard/moving-clients.ts';
import type { Scope } from '../harness/scope.ts';
import type { RunningServer } from '../server.ts';

/** Where the clients of a measurement are. */
export const PLACE: MovingPlace = { latitude: 34.05, longitude: -118.25 };
/** A view in which each of them is a dot. */
const FRAGMENT = '#/map?at=34.05,-118.25,11';

/** Several pages draw on the same processor: what one alone does in a second takes some of them long, in milliseconds. */
const LIVE_WITHIN_MS = 120_000;

/** Starts the browser that tests use. It is loaded now, since few benchmarks need one. */
export async function startBrowser(scope: Scope): Promise<TestBrowser> {
  const { TestBrowser } = await import('../../test/dashboard/browser.ts');
  const browser = await TestBrowser.start();
  await scope.defer(() => browser[Symbol.asyncDispose]());
  return browser;
}

/** Opens a page of a server's dashboard that shows all of its clients, and waits until it is live and has a map. */
export async function openPage(
  browser: TestBrowser,
  { gateway }: RunningServer,
): Promise<DashboardPage> {
  const page = await browser.open(
    { host: '127.0.0.1', port: gateway },
    { motion: 'no-preference', fragment: FRAGMENT },
  );
  page.at.setDefaultTimeout(LIVE_WITHIN_MS);
  await page.untilLive();
  await page.at.locator('canvas.maplibregl-canvas').waitFor();
  return page;
}

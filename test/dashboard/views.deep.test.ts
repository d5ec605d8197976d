import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventuallyTrue } from '../support/eventually.ts';
import { OwnServer } from '../support/own-server.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { sharedBrowser, WITH_BROWSER, type DashboardPage } from './browser.ts';
import { HOSTILE, report } from './report.ts';
import { show, VIEWS } from './views.ts';

/* What holds for every view. */

const browser = sharedBrowser();
let server: OwnServer;
before(async () => {
  server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 } });
  for (const client of ['kiwi', HOSTILE]) await report(server.gateway, client);
});
after(() => server[Symbol.asyncDispose]());

/** Keeps what moves without a user's doing: how far the layout shifts. */
const WATCH_SHIFTS = `
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      window.shifts.push({ value, of: sources.map(({ node }) => node?.outerHTML ?? '') });
    }
  }).observe({ type: 'layout-shift', buffered: true });
`;

/** Keeps how long each animation and transition takes, in milliseconds. */
const WATCH_MOTIONS = `
  window.motions = [];
  for (const type of ['animationstart', 'transitionrun']) {
    addEventListener(type, ({ target }) => {
      for (const { effect } of target.getAnimations()) window.motions.push(effect.getTiming().duration);
    }, true);
  }
`;

const TWO_FRAMES = `new Promise((resolve) => {
  requestAnimationFrame(() => requestAnimationFrame(resolve));
})`;

/** Of what has the focus: what it is, its name, and whether it is seen to have it. */
const FOCUSED = `(() => {
  const at = document.activeElement;
  if (at === null || at === document.body) return undefined;
  const look = () => {
    for (const animation of document.getAnimations()) animation.finish();
    return JSON.stringify([at.parentElement, at, ...at.children].map((each) => {
      const { outlineStyle, outlineWidth, stroke, strokeWidth, fill, opacity, boxShadow } = getComputedStyle(each);
      return [outlineStyle, outlineWidth, stroke, strokeWidth, fill, opacity, boxShadow];
    }));
  };
  const { width, height } = at.getBoundingClientRect();
  const focused = look();
  at.blur();
  const isSeen = width > 0 && height > 0 && focused !== look();
  at.focus();
  const isAgain = (window.reached ??= new Set()).has(at);
  window.reached.add(at);
  return { html: at.outerHTML.slice(0, 120), isAgain, isSeen };
})()`;

/** What can be used, of what is seen, and Tab has not come to. */
const NOT_REACHED = `[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter((each) => !each.disabled && each.tabIndex >= 0 && each.checkVisibility({ visibilityProperty: true }))
  .filter((each) => each.type !== 'radio' || each.checked)
  .filter((each) => !window.reached.has(each))
  .map((each) => each.outerHTML.slice(0, 120))`;

interface Focused {
  readonly html: string;
  /** Whether it had it before. */
  readonly isAgain: boolean;
  readonly isSeen: boolean;
}

/** Goes through the page by Tab, from where it begins to its end. */
async function tabThrough(page: DashboardPage): Promise<Focused[]> {
  const stops: Focused[] = [];
  for (;;) {
    await page.at.keyboard.press('Tab');
    const focused = await page.at.evaluate<Focused | undefined>(FOCUSED);
    if (focused === undefined || focused.isAgain) return stops;
    stops.push(focused);
  }
}

/** Goes through the page by Tab until that comes to all that can be used: something may be there only after Tab has passed it. */
async function tabThroughAll(page: DashboardPage): Promise<Focused[]> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const stops = await tabThrough(page);
    const notReached = await page.at.evaluate<string[]>(NOT_REACHED);
    if (notReached.length === 0) return stops;
    if (performance.now() > deadlineMs)
      assert.fail(`Tab does not come to ${notReached.join(', ')}`);
    await page.at.evaluate('window.reached.clear()');
  }
}

for (const view of VIEWS) {
  test(`${view.fragment} is shown by its link alone`, WITH_BROWSER, async () => {
    const options = { fragment: view.fragment, script: WATCH_SHIFTS };
    await using page = await (await browser()).open(server.gateway, options);
    await page.at.locator(view.ready).first().waitFor();
    await page.untilLive();
    const link = new URL(page.at.url()).hash;
    assert.ok(link.startsWith(view.fragment), link);
    assert.deepEqual(page.faults, [], 'nor what its policy forbids');
    assert.deepEqual([...page.strangers], []);
    const shifts = await page.at.evaluate<{ value: number }[]>('window.shifts');
    const sum = shifts.reduce((whole, { value }) => whole + value, 0);
    assert.ok(sum < 0.005, JSON.stringify(shifts));
  });

  test(`${view.fragment} is used by the keyboard`, WITH_BROWSER, async () => {
    await using page = await (await browser()).open(server.gateway);
    await page.untilLive();
    await show(page, view);
    const stops = await tabThroughAll(page);
    const unseen = stops.filter(({ isSeen }) => !isSeen);
    assert.deepEqual(unseen, [], 'what has the focus is seen to have it');
    assert.ok(stops.length > 3);
  });
}

test('the rail leads to a view, and Escape closes a panel', WITH_BROWSER, async () => {
  await using page = await (await browser()).open(server.gateway);
  await page.untilLive();
  const rail = page.at.getByRole('navigation', { name: 'Views' });
  await rail.getByRole('link', { name: 'People' }).focus();
  await page.at.keyboard.press('Enter');
  await page.at.getByRole('rowheader', { name: 'kiwi' }).getByRole('link').focus();
  await page.at.keyboard.press('Enter');
  const panel = page.at.getByRole('complementary', { name: 'kiwi' });
  await panel.waitFor();
  await panel.getByRole('button', { name: 'Close' }).focus();
  await page.at.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  await rail.getByRole('link', { name: 'Map' }).focus();
  await page.at.keyboard.press('Enter');
  const geofences = page.at.getByRole('button', { name: 'Geofences' });
  await geofences.focus();
  await page.at.keyboard.press('Enter');
  const list = page.at.getByRole('complementary', { name: 'Geofences' });
  await list.getByRole('button', { name: 'Close' }).focus();
  await page.at.keyboard.press('Escape');
  await list.waitFor({ state: 'detached' });
  const focused = `document.activeElement.getAttribute('aria-label')`;
  assert.equal(await page.at.evaluate(focused), 'Geofences', 'the focus is where it was');
});

for (const motion of ['reduce', 'no-preference'] as const) {
  test(`with the motion ${motion} things move accordingly`, WITH_BROWSER, async () => {
    const options = { motion, script: WATCH_MOTIONS };
    await using page = await (await browser()).open(server.gateway, options);
    await page.untilLive();
    for (const view of VIEWS) await show(page, view);
    const toggle = page.at.getByRole('button', { name: /^Show in dark colours/ });
    await toggle.hover();
    await toggle.click();
    await page.at.evaluate(TWO_FRAMES); // what the click has begun moves from the next frame on
    const longest = async (): Promise<number> =>
      Math.max(...(await page.at.evaluate<number[]>('window.motions')));
    if (motion === 'reduce') assert.ok((await longest()) <= 1, String(await longest()));
    else await eventuallyTrue('something moves', async () => (await longest()) >= 100);
  });
}

test('the page can be installed', WITH_BROWSER, async () => {
  await using page = await (await browser()).open(server.gateway);
  const session = await page.at.context().newCDPSession(page.at);
  const { errors, data } = await session.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  assert.equal((JSON.parse(data ?? '') as { name: string }).name, 'Proxy-herd');
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  const faults = installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito');
  assert.deepEqual(faults, []);
});

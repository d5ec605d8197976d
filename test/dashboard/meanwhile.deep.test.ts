import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Route } from 'playwright-core';
import { herdSchema } from '#src/gateway/api/herd-schema.js';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { put } from '../support/http.ts';
import { sharedBrowser, WITH_BROWSER, type DashboardPage } from './browser.ts';
import { report } from './report.ts';
import { untilHerdKnown } from './whole-herd.ts';

/* What a user does while the herd has yet to answer is neither lost nor undone. */

const browser = sharedBrowser();
let herd: TestHerd;
before(async () => {
  herd = await TestHerd.make({
    servers: ['A', 'B'],
    links: [['A', 'B']],
    hasGateways: true,
  });
  await herd.up();
  await untilHerdKnown(herd, 'A');
  for (const client of ['kiwi', 'emu', 'moa', 'rhea']) await report(herd.gateway('A'), client);
  await put(herd.gateway('A'), '/v1/clients/kiwi/card', { name: 'Anna' });
});
after(() => herd[Symbol.asyncDispose]());

/** Types into a field as soon as it is there, in the same moment. Runs in the page before its own scripts. */
function typeAtOnce(selector: string): string {
  return `new MutationObserver((_, observer) => {
    const field = document.querySelector(${JSON.stringify(selector)});
    if (field === null) return;
    observer.disconnect();
    field.value = 'typed';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }).observe(document, { childList: true, subtree: true });`;
}

/** Has a page wait for answers as long as they take: it has no timer of more than 3 s. Runs in the page before its own scripts. */
const PATIENT = `
  AbortSignal.timeout = () => new AbortController().signal;
  const start = setTimeout;
  globalThis.setTimeout = (act, ms, ...rest) => (ms > 3000 ? 0 : start(act, ms, ...rest));
`;

/** An answer that is kept from a page for a while. */
interface Held {
  /** Whether there is one. */
  readonly isHeld: () => boolean;
  readonly release: () => void;
}

/** Answers what a page asks for, as long as it waits for that: it may give up, and be closed. */
async function answerFor(
  { at }: DashboardPage,
  path: string,
  answer: (route: Route) => Promise<void>,
): Promise<void> {
  await at.route(`**${path}`, (route) => answer(route).catch(() => undefined));
}

/** Lets the herd answer, but the page wait for the first answers to one kind of request: so many `most`. */
async function holdAnswers(
  page: DashboardPage,
  { method, path, most = Infinity }: { method: string; path: string; most?: number },
): Promise<Held> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let count = 0;
  let isHeld = false;
  await answerFor(page, path, async (route) => {
    if (route.request().method() !== method || count >= most) return route.continue();
    count++;
    const response = await route.fetch();
    isHeld = true;
    await released;
    await route.fulfill({ response });
  });
  return { isHeld: () => isHeld, release };
}

test('what is typed into the console at once is sent', WITH_BROWSER, async () => {
  const options = { fragment: '#/console', script: typeAtOnce('.console-line input') };
  await using page = await (await browser()).open(herd.gateway('A'), options);
  await page.untilLive();
  await page.at.getByRole('button', { name: 'Send' }).click();
  await page.at.getByLabel('Bytes sent').getByText('typed').waitFor();
});

test('a name that is typed is not replaced by the one that comes', WITH_BROWSER, async () => {
  const script = PATIENT + typeAtOnce('#card-name');
  const options = { fragment: '#/people/kiwi', script };
  await using page = await (await browser()).open(herd.gateway('A'), options);
  const cards = await holdAnswers(page, { method: 'GET', path: '/v1/cards' });
  await page.at.reload();
  await eventuallyTrue('an answer is held', cards.isHeld);
  await page.untilLive();
  await page.at.getByRole('rowheader', { name: 'kiwi' }).waitFor();
  cards.release();
  await page.at.getByRole('heading', { name: 'Anna' }).waitFor();
  assert.equal(await page.at.getByLabel('Name', { exact: true }).inputValue(), 'typed');
});

test('an answer that was on its way does not undo what was saved', WITH_BROWSER, async () => {
  const options = { fragment: '#/people/rhea', script: PATIENT };
  await using page = await (await browser()).open(herd.gateway('A'), options);
  const name = page.at.getByLabel('Name', { exact: true });
  await name.waitFor();
  await page.untilLive();
  const old = await holdAnswers(page, { method: 'GET', path: '/v1/cards', most: 1 });
  await eventuallyTrue('the page asks', async () => {
    await page.at.evaluate(`dispatchEvent(new Event('online'))`); // then it waits no longer
    return old.isHeld();
  });
  await name.fill('Bea');
  await page.at.getByRole('button', { name: 'Save' }).click();
  await page.at.getByRole('heading', { name: 'Bea' }).waitFor();
  const came = page.at.waitForResponse('**/v1/cards');
  old.release();
  await (await came).finished();
  await page.at.evaluate(`fetch('/v1/access').then((answer) => answer.text())`);
  assert.equal(await page.at.getByRole('heading', { name: 'Bea' }).count(), 1);
});

test('who goes elsewhere while a client is removed stays there', WITH_BROWSER, async () => {
  const options = { fragment: '#/people/emu', script: PATIENT };
  await using page = await (await browser()).open(herd.gateway('A'), options);
  const removal = await holdAnswers(page, { method: 'DELETE', path: '/v1/clients/emu' });
  await askRemoval(page);
  await eventuallyTrue('the answer is held', removal.isHeld);
  await page.show('#/people/kiwi');
  removal.release();
  await page.at.getByText(/emu\S* is removed$/).waitFor();
  assert.equal(await page.at.evaluate('location.hash'), '#/people/kiwi');
});

test('what was begun goes on when the page learns of another gateway', WITH_BROWSER, async () => {
  const options = { fragment: '#/people/moa', script: PATIENT };
  await using page = await (await browser()).open(herd.gateway('A'), options);
  let isKnown = false;
  await answerFor(page, '/v1/herd', async (route) => {
    const response = await route.fetch();
    const known = herdSchema.parse(await response.json());
    const servers = known.servers.filter(({ server }) => isKnown || server === 'A');
    await route.fulfill({ response, json: { ...known, servers } });
  });
  await page.at.reload();
  await page.untilLive();
  const removal = await holdAnswers(page, { method: 'DELETE', path: '/v1/clients/moa' });
  await askRemoval(page);
  await eventuallyTrue('the answer is held', removal.isHeld);
  isKnown = true;
  const servers = page.at.getByRole('list', { name: 'Servers' });
  await servers.getByRole('link', { name: 'B' }).waitFor();
  removal.release();
  await page.at.getByText(/moa\S* is removed$/).waitFor();
});

async function askRemoval({ at }: DashboardPage): Promise<void> {
  await at.getByText('Remove', { exact: true }).click();
  await at.getByRole('button', { name: 'Remove …' }).click();
  await at.getByRole('button', { name: 'Remove', exact: true }).click();
}

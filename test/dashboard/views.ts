import type { DashboardPage } from './browser.ts';

/** A view in one of its states, as a link has it. */
export interface ShownView {
  /** What its snapshots are called. */
  readonly name: string;
  readonly fragment: string;
  /** A part of it that is there when all of it is. */
  readonly ready: string;
  /** What of it is never the same twice: it is masked in its snapshots. */
  readonly changing?: readonly string[];
}

/** Numbers, lines of the last minutes, times. */
const HERD_CHANGES = [
  '.herd-graph',
  '.server-measure',
  '.server-row p',
  '.flood-card',
  '.herd-log-list',
];

/** What tests of every view look at, in a herd that knows of the client `kiwi`. */
export const VIEWS: readonly ShownView[] = [
  { name: 'map-client', fragment: '#/map/kiwi?at=34.07,-118.44,12', ready: '.panel .facts' },
  {
    name: 'map-geofences',
    fragment: '#/map?panel=geofences&at=34.07,-118.44,12',
    ready: '.panel .geofence-begin',
  },
  {
    name: 'herd',
    fragment: '#/herd',
    ready: 'main table tbody tr',
    changing: HERD_CHANGES,
  },
  {
    name: 'herd-server',
    fragment: '#/herd/Riley',
    ready: '.panel',
    changing: [...HERD_CHANGES, '.server-state', '.server-facts', '.server-charts'],
  },
  { name: 'people', fragment: '#/people', ready: 'main table tbody tr' },
  { name: 'people-client', fragment: '#/people/kiwi', ready: '.panel .person-facts' },
  { name: 'people-phone', fragment: '#/people?add=phone', ready: '.panel .button' },
  {
    name: 'console',
    fragment: '#/console',
    ready: '.console-line',
    changing: ['.console-composer .field'],
  },
];

/** Goes to a view, and waits until it is there. */
export async function show(page: DashboardPage, { fragment, ready }: ShownView): Promise<void> {
  await page.show(fragment);
  await page.at.locator(ready).first().waitFor();
}

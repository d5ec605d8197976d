import type { DashboardPage } from './browser.ts';

/** A view in one of its states, as a link has it. */
export interface ShownView {
  readonly fragment: string;
  /** A part of it that is there when all of it is. */
  readonly ready: string;
}

/** What tests of every view look at, in a herd that knows of the client `kiwi`. */
export const VIEWS: readonly ShownView[] = [
  { fragment: '#/map/kiwi?at=34.07,-118.44,12', ready: '.panel .facts' },
  { fragment: '#/map?panel=geofences', ready: '.panel .geofence-begin' },
  { fragment: '#/herd', ready: 'main table tbody tr' },
  { fragment: '#/people', ready: 'main table tbody tr' },
];

/** Goes to a view, and waits until it is there. */
export async function show(page: DashboardPage, { fragment, ready }: ShownView): Promise<void> {
  await page.show(fragment);
  await page.at.locator(ready).first().waitFor();
}

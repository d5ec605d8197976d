import { computed, signal } from '@preact/signals';

import { formatRoute, parseRoute, type Route, type ViewName } from './route.ts';
import { signInByLink } from '../state/session.ts';

const current = signal<Route>(routeInUrl());
addEventListener('hashchange', () => {
  current.value = routeInUrl();
});

/** What the URL says. The token of a share link is kept, and taken out of the URL at once: whoever looks on could use it. */
function routeInUrl(): Route {
  const parsed = parseRoute(location.hash);
  const { token, ...options } = parsed.options;
  if (token === undefined) return parsed;
  signInByLink(token);
  const shown = { ...parsed, options };
  history.replaceState(undefined, '', formatRoute(shown));
  return shown;
}

/** What is shown. */
export const route = computed(() => current.value);

/** Whether a link was followed of which the browser has not told yet. */
export function hasNewLink(): boolean {
  return formatRoute(parseRoute(location.hash)) !== formatRoute(current.peek());
}

/** Shows something else; the one before is what the browser's back button shows. */
export function navigate(view: ViewName, item?: string): void {
  const options = view === current.value.view ? current.value.options : {};
  const next = { view, item, options };
  current.value = next; // at once: the browser tells of it later
  location.hash = formatRoute(next);
}

/** Changes what else a view keeps in the URL, without a step in the browser's history. `undefined` removes. */
export function setOptions(changes: Readonly<Record<string, string | undefined>>): void {
  const now = routeInUrl(); // which the browser tells of later, where a link was followed
  if (now.view !== current.value.view) return; // away from the view whose options these are
  const merged = Object.entries({ ...now.options, ...changes });
  const options = Object.fromEntries(
    merged.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
  const next = { ...now, options };
  history.replaceState(undefined, '', formatRoute(next));
  current.value = next;
}

/** The views, in the order of the rail. */
export const VIEWS = ['map', 'herd', 'people', 'console'] as const;

export type ViewName = (typeof VIEWS)[number];

/** Which view is shown, and what of it: all that a link has to say to show the same. */
export interface Route {
  readonly view: ViewName;
  /** What is selected: a client ID on the map, a server in the herd and the console. */
  readonly item: string | undefined;
  /** What else the view keeps in the URL, by name. */
  readonly options: Readonly<Record<string, string>>;
}

/**
 * Reads the fragment of a URL: `#/map/kiwi?at=34.07,-118.44,12`. One that means nothing is the map.
 */
export function parseRoute(fragment: string): Route {
  const [path = '', query = ''] = fragment.replace(/^#?\/?/, '').split('?', 2);
  const [name = '', item = ''] = path.split('/', 2);
  const view = VIEWS.find((each) => each === name) ?? 'map';
  const options = Object.fromEntries(new URLSearchParams(query));
  return { view, item: decode(item), options };
}

/** The fragment that reads as this route. */
export function formatRoute({ view, item, options }: Route): string {
  const query = new URLSearchParams(options).toString().replaceAll('%2C', ',');
  const path = item === undefined ? view : `${view}/${encodeURIComponent(item)}`;
  return `#/${path}${query === '' ? '' : `?${query}`}`;
}

function decode(text: string): string | undefined {
  if (text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // it is no link of ours
  }
}

import type { PlacesPage } from './provider.ts';

/** How deep JSON is indented in a reply, in spaces. */
const INDENT = 3;

/**
 * A page as the JSON of a `WHATSAT` reply, in UTF-8 with one character a byte: at most `bound`
 * results, properties in Google's order, everything else as it came.
 *
 * The text has no two adjacent LFs and none at its end, as the protocol wants: `JSON.stringify` puts
 * one between two lines and writes those inside a string as `\n`.
 */
export function formatPlaces(page: PlacesPage, bound: number): string {
  const { html_attributions, next_page_token, results, status, error_message } = page;
  const cut = results.slice(0, bound);
  const json = JSON.stringify(
    { html_attributions, next_page_token, results: cut, status, error_message },
    undefined,
    INDENT,
  );
  return Buffer.from(json, 'utf8').toString('latin1');
}

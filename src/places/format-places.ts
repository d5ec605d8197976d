import type { Place, PlacesPage } from './provider.ts';

/** How deep JSON is indented in a reply, in spaces. */
const INDENT = 3;

/** What ends a reply with places. */
const END = '\n\n';

/**
 * A page as a `WHATSAT` reply has it after its first line: JSON in UTF-8, with at most `bound` results,
 * properties in Google's order, everything else as it came; then two LFs.
 *
 * The JSON has no two adjacent LFs and none at its end, as the protocol wants: `JSON.stringify` puts
 * one between two lines and writes those inside a string as `\n`.
 */
export function formatPlaces(page: PlacesPage, bound: number): Buffer {
  const { html_attributions, next_page_token, results, status, error_message } = page;
  const cut = results.slice(0, bound).map(inGooglesShape);
  const json = JSON.stringify(
    { html_attributions, next_page_token, results: cut, status, error_message },
    undefined,
    INDENT,
  );
  // In memory of its own: a slice of a shared block would keep that from being freed.
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(json) + END.length);
  bytes.write(END, bytes.write(json));
  return bytes;
}

/** A place without what is not the upstream's. */
function inGooglesShape({ details: _details, prominence: _prominence, ...place }: Place): object {
  return place;
}

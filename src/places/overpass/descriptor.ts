import { describeProvider } from '../descriptor.ts';

const DAY_MS = 86_400_000;

/** Goes into a header between parentheses (RFC 9110, a comment), so it can have none. */
const CONTACT = /^(?!.*[()\\])[\x21-\x7e]{1,200}$/;

/** OpenStreetMap's places by an Overpass server. */
export const OVERPASS = describeProvider({
  name: 'overpass',
  settings: ({ baseUrl, scalar }) => ({
    url: baseUrl(
      'the URL of an Overpass server, http or https and without a query: there is no default',
    ),
    contact: scalar(
      'an e-mail address or a URL, at most 200 printable ASCII characters',
      parseContact,
      CONTACT,
    ).optional(),
  }),
  keyVariable: undefined,
  ttlMs: DAY_MS,
  // Public servers allow an address no more.
  atOnce: 2,
  distanceNeedsTypes: false,
  async open({ url, contact }, { http, deadlineMs }) {
    const { createOverpassProvider, OVERPASS_TRAITS } = await import('./provider.ts');
    const provider = createOverpassProvider({ url, contact, deadlineMs }, http);
    return { provider, traits: OVERPASS_TRAITS };
  },
});

function parseContact(text: string): string | undefined {
  return CONTACT.test(text) ? text : undefined;
}

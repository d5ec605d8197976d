/** What every base URL matches, and some other texts. */
export const BASE_URL_PATTERN = /^\s*[Hh][Tt][Tt][Pp][Ss]?:/;

/** A base URL, without the slash that it may end with; `undefined` where a text is none. */
export function parseBaseUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
  // A user name, a password or a key has no place in a file that is shown and shared.
  if (!isHttp || url.username !== '' || url.password !== '') return undefined;
  if (url.search !== '' || url.hash !== '') return undefined;
  return url.href.replace(/\/+$/, '');
}

/** What the URL of a hook looks like, for messages. Not what was found: it may be a secret. */
const HOOK_URL_EXPECTED =
  'a URL that begins with https:// (or http://, where allowPrivate is true), without user, password and fragment';

/**
 * What is wrong with the URL of a hook.
 *
 * @returns what was expected; `undefined` where it is right
 */
export function hookUrlFault(text: string, allowPrivate: boolean): string | undefined {
  if (!URL.canParse(text)) return HOOK_URL_EXPECTED;
  const { protocol, username, password, hash } = new URL(text);
  const isHttp = protocol === 'https:' || (protocol === 'http:' && allowPrivate);
  const isBare = username === '' && password === '' && hash === '';
  return isHttp && isBare ? undefined : HOOK_URL_EXPECTED;
}

import { UpstreamError } from './upstream-error.ts';

/** The longest text of an error that is passed on, in characters: several sentences. */
const MAX_TEXT_CHARACTERS = 1_000;

/** Takes a key out of a text. */
export type HideKey = (text: string) => string;

/**
 * Removes a key from a text: plain, encoded as in a URL, and escaped as in JSON.
 *
 * @param key empty where there is none
 */
export function keyHider(key: string): HideKey {
  // An empty key would be found between any two characters.
  const forms = key === '' ? [] : [key, encodeURIComponent(key), JSON.stringify(key).slice(1, -1)];
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, '[key]'), text);
}

/** The same error without the key in its texts, and these cut where they are too long. */
export function presentable(error: UpstreamError, hideKey: HideKey): UpstreamError {
  const { code, status, message, detail, retryAfterMs } = error;
  return new UpstreamError({
    code,
    status,
    message: hideKey(message).slice(0, MAX_TEXT_CHARACTERS),
    detail: detail && hideKey(detail).slice(0, MAX_TEXT_CHARACTERS),
    retryAfterMs,
  });
}

/** What an API key looks like, for messages. */
export const API_KEY_EXPECTED = 'one word of printable ASCII';

/** Whether a text can be an API key. */
export function isApiKey(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

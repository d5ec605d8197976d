/** RFC 5646, section 4.4.1, has every tag that is in use within this length. */
const MAX_LENGTH = 35;

/** A language tag (BCP 47) in its canonical form; `undefined` where it is none. */
export function parseLanguage(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  try {
    return Intl.getCanonicalLocales(text)[0];
  } catch {
    return undefined;
  }
}

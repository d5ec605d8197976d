/*
 * GeoNames' list of a place's names does not say their languages. Where a script writes one language of today alone,
 * the script says it; names in Latin, Cyrillic, Arabic or Chinese characters alone could be of many.
 */

/** Scripts in Unicode's names, and the one language that CLDR has for each (likelySubtags). */
const SCRIPTS: Readonly<Record<string, string>> = {
  Armenian: 'hy',
  Georgian: 'ka',
  Greek: 'el',
  Gujarati: 'gu',
  Gurmukhi: 'pa',
  Hangul: 'ko',
  Hebrew: 'he',
  Kannada: 'kn',
  Khmer: 'km',
  Lao: 'lo',
  Malayalam: 'ml',
  Sinhala: 'si',
  Tamil: 'ta',
  Telugu: 'te',
  Thai: 'th',
};

/** What may stand between the letters of any script: spaces, hyphens, marks. */
const COMMON = String.raw`\p{Script=Common}\p{Script=Inherited}`;

/** Japanese has its own syllables beside Chinese characters. */
const JAPANESE = String.raw`(?=.*[\p{Script=Hiragana}\p{Script=Katakana}])[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}${COMMON}]+`;

/** A name in one of these scripts alone: the group that matches has its language's name. */
const ONE_SCRIPT = new RegExp(
  [
    ...Object.entries(SCRIPTS).map(
      ([script, language]) =>
        String.raw`^(?<${language}>(?=.*\p{Script=${script}})[\p{Script=${script}}${COMMON}]+)$`,
    ),
    String.raw`^(?<ja>${JAPANESE})$`,
  ].join('|'),
  'u',
);

/** Nothing in Latin or Cyrillic letters is in these scripts, so that it need not be looked at closely. */
const OTHER_SCRIPT = /[\u0370-\u03ff\u0530-\u{10ffff}]/u;

/**
 * The names by their languages, as far as their scripts tell; of several in one language the shortest.
 *
 * @param names with commas between them
 */
export function namesByScript(names: string): Record<string, string> | undefined {
  if (!OTHER_SCRIPT.test(names)) return undefined;
  const byLanguage: Record<string, string> = {};
  for (const name of names.split(',')) {
    if (!OTHER_SCRIPT.test(name)) continue;
    const language = languageOf(name);
    if (language === undefined) continue;
    const known = byLanguage[language];
    if (known === undefined || name.length < known.length) byLanguage[language] = name;
  }
  return Object.keys(byLanguage).length === 0 ? undefined : byLanguage;
}

function languageOf(name: string): string | undefined {
  const groups = ONE_SCRIPT.exec(name)?.groups ?? {};
  return Object.keys(groups).find((language) => groups[language] !== undefined);
}

/** How much a range of an `Accept` header wants a type: 0, not at all, to 1. */
interface Range {
  readonly type: string;
  readonly quality: number;
}

const RANGE = /^\s*([^;\s]+)\s*((?:;[^;]*)*)$/;
const QUALITY = /;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)/i;

/**
 * The first of the most wanted ones of the types that there are (RFC 9110, section 12.5.1); `undefined`
 * where none of them is wanted.
 *
 * @param header the `Accept` header; without one anything is wanted
 * @param available media types without parameters
 */
export function negotiate(
  header: string | undefined,
  available: readonly string[],
): string | undefined {
  if (header === undefined || header.trim() === '') return available[0];
  const ranges = header.split(',').flatMap((text): Range[] => {
    const [, type, parameters = ''] = RANGE.exec(text) ?? [];
    if (type === undefined) return [];
    return [{ type: type.toLowerCase(), quality: Number(QUALITY.exec(parameters)?.[1] ?? 1) }];
  });
  let best: string | undefined;
  let most = 0;
  for (const type of available) {
    const quality = qualityOf(type, ranges);
    if (quality <= most) continue;
    best = type;
    most = quality;
  }
  return best;
}

/** The most specific range that a type is in decides. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const [family = ''] = type.split('/');
  for (const wanted of [type, `${family}/*`, '*/*']) {
    const range = ranges.find((each) => each.type === wanted);
    if (range !== undefined) return range.quality;
  }
  return 0;
}

import type { Theme } from '../../state/theme.ts';

/** What a street map is made of, as a gateway says it. */
export interface StreetSource {
  readonly type: 'style' | 'raster' | 'pmtiles';
  /** Of this origin where it begins with `/`: then each gateway of the herd has it. */
  readonly url: string;
}

/** The street map that the herd's configuration names. */
export interface StreetMap {
  readonly style: StreetSource | null;
  readonly darkStyle: StreetSource | null;
  readonly attribution: string | null;
  /** All origins that it may be loaded from. */
  readonly origins: readonly string[];
}

/** What the map is made of in a theme, and whether that was made for it; `undefined`: the page's own map is shown. */
export function sourceFor(
  { style, darkStyle }: StreetMap,
  theme: Theme,
): { readonly source: StreetSource; readonly isOfTheme: boolean } | undefined {
  if (theme === 'dark' && darkStyle !== null) return { source: darkStyle, isOfTheme: true };
  return style === null ? undefined : { source: style, isOfTheme: theme === 'light' };
}

/** Whether it is what a gateway answers. */
export function isStreetMap(value: unknown): value is StreetMap {
  if (typeof value !== 'object' || value === null) return false;
  if (!('style' in value && 'darkStyle' in value && 'attribution' in value)) return false;
  const { style, darkStyle, attribution } = value;
  const isText = attribution === null || typeof attribution === 'string';
  return (
    isText && isSource(style) && isSource(darkStyle) && 'origins' in value && isTexts(value.origins)
  );
}

function isSource(value: unknown): value is StreetSource | null {
  if (value === null) return true;
  if (typeof value !== 'object' || !('type' in value && 'url' in value)) return false;
  const { type, url } = value;
  return (type === 'style' || type === 'raster' || type === 'pmtiles') && typeof url === 'string';
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

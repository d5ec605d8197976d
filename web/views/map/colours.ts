import type { Location } from 'proxy-herd/client';

import type { Theme } from '../../state/theme.ts';

/** What the colour of a marker says. */
export const COLOUR_MODES = ['age', 'server', 'group', 'battery'] as const;
export type ColourMode = (typeof COLOUR_MODES)[number];

/** Red, green, blue and opacity, 0 to 255 each. */
export type Rgba = readonly [number, number, number, number];

/** A colour and what it says. */
export interface LegendEntry {
  readonly label: string;
  readonly colour: Rgba;
}

/** Up to which age a fix counts as fresh, as minutes old, and as hours old, in seconds. Beyond it is stale. */
const AGES_S = [120, 3600, 12 * 3600] as const;

/** Below these a battery is nearly empty, and low, in percent. */
const BATTERY = [15, 35] as const;

const PALETTES = {
  light: {
    accent: [11, 102, 195, 255],
    faded: [11, 102, 195, 150],
    old: [93, 105, 120, 200],
    stale: [93, 105, 120, 110],
    good: [20, 128, 60, 255],
    warn: [178, 106, 0, 255],
    bad: [192, 43, 43, 255],
  },
  dark: {
    accent: [98, 173, 245, 255],
    faded: [98, 173, 245, 150],
    old: [148, 160, 174, 200],
    stale: [148, 160, 174, 110],
    good: [79, 197, 124, 255],
    warn: [227, 167, 63, 255],
    bad: [242, 125, 117, 255],
  },
} as const satisfies Record<Theme, Record<string, Rgba>>;

/** Told apart also by those who see few colours (Okabe and Ito). */
const CATEGORY_COLOURS: readonly Rgba[] = [
  [0, 114, 178, 255],
  [230, 159, 0, 255],
  [0, 158, 115, 255],
  [204, 121, 167, 255],
  [213, 94, 0, 255],
  [86, 180, 233, 255],
  [160, 150, 40, 255],
  [120, 120, 130, 255],
];

/** So many groups have a colour of their own: nobody tells more apart. */
const MOST_GROUPS = CATEGORY_COLOURS.length - 1;

/** What colours markers. */
export interface Colouring {
  readonly mode: ColourMode;
  readonly theme: Theme;
  /** All servers, in a fixed order. */
  readonly servers: readonly string[];
  /** The names of all groups, in a fixed order. */
  readonly groups: readonly string[];
  /** The groups that a client is in. */
  readonly groupsOf: (client: string) => readonly string[];
}

/** Whether a fix is so old that its client may be anywhere. */
export function isStale(ageS: number): boolean {
  return ageS > AGES_S[2];
}

/** Whether a battery will be empty soon. */
export function isBatteryLow(percent: number): boolean {
  return percent < BATTERY[0];
}

/** The colour of a client's marker. */
export function colourOf(location: Location, ageS: number, colouring: Colouring): Rgba {
  const { mode, theme, servers, groups, groupsOf } = colouring;
  const palette = PALETTES[theme];
  switch (mode) {
    case 'age':
      if (ageS <= AGES_S[0]) return palette.accent;
      if (ageS <= AGES_S[1]) return palette.faded;
      return isStale(ageS) ? palette.stale : palette.old;
    case 'server':
      return categoryColour(servers.indexOf(location.server));
    case 'group': {
      const [first] = groupsOf(location.client);
      return first === undefined ? palette.stale : groupColour(groups.indexOf(first));
    }
    case 'battery': {
      const { batteryPercent } = location;
      if (batteryPercent === undefined) return palette.stale;
      if (batteryPercent < BATTERY[0]) return palette.bad;
      return batteryPercent < BATTERY[1] ? palette.warn : palette.good;
    }
  }
}

/** What the colours say. */
export function legendOf({ mode, theme, servers, groups }: Colouring): LegendEntry[] {
  const palette = PALETTES[theme];
  switch (mode) {
    case 'age':
      return [
        { label: 'within 2 min', colour: palette.accent },
        { label: 'within 1 h', colour: palette.faded },
        { label: 'within 12 h', colour: palette.old },
        { label: 'older', colour: palette.stale },
      ];
    case 'server':
      return servers.map((label, n) => ({ label, colour: categoryColour(n) }));
    case 'group':
      return [
        ...groups.slice(0, MOST_GROUPS).map((label, n) => ({ label, colour: groupColour(n) })),
        ...(groups.length > MOST_GROUPS
          ? [{ label: 'other groups', colour: groupColour(MOST_GROUPS) }]
          : []),
        { label: 'in no group', colour: palette.stale },
      ];
    case 'battery':
      return [
        { label: 'below 15%', colour: palette.bad },
        { label: 'below 35%', colour: palette.warn },
        { label: 'more', colour: palette.good },
        { label: 'unknown', colour: palette.stale },
      ];
  }
}

function categoryColour(n: number): Rgba {
  return CATEGORY_COLOURS[n % CATEGORY_COLOURS.length] ?? PALETTES.light.stale;
}

/** The first groups have a colour each, all others one together. */
function groupColour(n: number): Rgba {
  return categoryColour(Math.min(n, MOST_GROUPS));
}

/** As CSS writes it. */
export function cssColour([red, green, blue, opacity]: Rgba): string {
  return `rgb(${red} ${green} ${blue} / ${opacity / 255})`;
}

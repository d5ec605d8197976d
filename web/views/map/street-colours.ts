import type { Flavor } from '@protomaps/basemaps';

import type { Theme } from '../../state/theme.ts';
import { MAP_COLOURS } from './style.ts';

interface Shades {
  readonly park: string;
  readonly building: string;
  readonly minor: string;
  readonly major: string;
  readonly highway: string;
  readonly casing: string;
  readonly quietLabel: string;
}

/** Of the same greys as the page's own map: tokens.css has them. */
const SHADES: Readonly<Record<Theme, Shades>> = {
  light: {
    park: '#e9eeec',
    building: '#e8ebee',
    minor: '#ffffff',
    major: '#ffffff',
    highway: '#fbfcfd',
    casing: '#d5dbe2',
    quietLabel: '#6f7a87',
  },
  dark: {
    park: '#1a221f',
    building: '#222830',
    minor: '#2a313b',
    major: '#323b46',
    highway: '#3c4653',
    casing: '#14181e',
    quietLabel: '#7d8896',
  },
};

/** The colours of a map by Protomaps, so that it recedes as the page's own does. */
export function streetColours(theme: Theme): Partial<Flavor> {
  const { water, land, border, label, halo } = MAP_COLOURS[theme];
  const { park, building, minor, major, highway, casing, quietLabel } = SHADES[theme];
  return {
    background: water,
    earth: land,
    water,
    ...each(['park_a', 'park_b', 'wood_a', 'wood_b', 'scrub_a', 'scrub_b', 'zoo'], park),
    ...each(['hospital', 'school', 'industrial', 'pedestrian', 'aerodrome', 'military'], land),
    ...each(['sand', 'beach', 'glacier'], land),
    ...each(['buildings', 'pier', 'runway'], building),
    ...each(['other', 'minor_service', 'minor_a', 'minor_b', 'link'], minor),
    ...each(['tunnel_other', 'tunnel_minor', 'tunnel_link', 'tunnel_major'], minor),
    ...each(['bridges_other', 'bridges_minor', 'bridges_link'], minor),
    ...each(['major', 'bridges_major'], major),
    ...each(['highway', 'bridges_highway', 'tunnel_highway'], highway),
    ...each(['minor_casing', 'minor_service_casing', 'link_casing', 'major_casing_late'], casing),
    ...each(['major_casing_early', 'highway_casing_early', 'highway_casing_late'], casing),
    ...each(['bridges_minor_casing', 'bridges_link_casing', 'bridges_major_casing'], casing),
    ...each(['bridges_other_casing', 'bridges_highway_casing'], casing),
    ...each(['railway', 'boundaries'], border),
    ...each(['city_label', 'country_label', 'state_label', 'roads_label_major'], label),
    ...each(['subplace_label', 'roads_label_minor', 'ocean_label', 'address_label'], quietLabel),
    ...each(['city_label_halo', 'state_label_halo', 'subplace_label_halo'], halo),
    ...each(['roads_label_major_halo', 'roads_label_minor_halo', 'address_label_halo'], halo),
  };
}

function each(names: readonly (keyof Flavor)[], colour: string): Partial<Flavor> {
  return Object.fromEntries(names.map((name) => [name, colour]));
}

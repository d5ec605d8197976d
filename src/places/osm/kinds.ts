import type { PlaceType } from '../place-types.ts';

/** How well known the kinds of places are, from what a town is visited for to what stands at its kerbs. */
export const LANDMARK = 3;
export const DESTINATION = 2;
const SERVICE = 1;
const MINOR = 0;

/** A kind of place. */
interface Kind {
  /** From 0 to 3. */
  readonly weight: number;
  /** In the words of Google's legacy Places API; none where it has no word for it. */
  readonly types: readonly string[];
}

/**
 * The kinds by their tag in OpenStreetMap.
 *
 * @see https://wiki.openstreetmap.org/wiki/Map_features
 * @see https://developers.google.com/maps/documentation/places/web-service/legacy/supported_types
 */
const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.entries({
    'aeroway=aerodrome': kind(LANDMARK, 'airport'),
    'amenity=atm': kind(MINOR, 'atm', 'finance'),
    'amenity=bank': kind(SERVICE, 'bank', 'finance'),
    'amenity=bar': kind(DESTINATION, 'bar'),
    'amenity=bench': kind(MINOR),
    'amenity=bicycle_parking': kind(MINOR),
    'amenity=biergarten': kind(DESTINATION, 'bar', 'food'),
    'amenity=bus_station': kind(LANDMARK, 'bus_station', 'transit_station'),
    'amenity=cafe': kind(DESTINATION, 'cafe', 'food'),
    'amenity=car_rental': kind(SERVICE, 'car_rental'),
    'amenity=car_wash': kind(SERVICE, 'car_wash'),
    'amenity=casino': kind(DESTINATION, 'casino'),
    'amenity=charging_station': kind(MINOR),
    'amenity=cinema': kind(DESTINATION, 'movie_theater'),
    'amenity=clinic': kind(SERVICE, 'health'),
    'amenity=college': kind(DESTINATION, 'university'),
    'amenity=courthouse': kind(DESTINATION, 'courthouse'),
    'amenity=dentist': kind(SERVICE, 'dentist', 'health'),
    'amenity=doctors': kind(SERVICE, 'doctor', 'health'),
    'amenity=embassy': kind(SERVICE, 'embassy'),
    'amenity=fast_food': kind(DESTINATION, 'meal_takeaway', 'restaurant', 'food'),
    'amenity=ferry_terminal': kind(LANDMARK, 'transit_station'),
    'amenity=fire_station': kind(SERVICE, 'fire_station'),
    'amenity=food_court': kind(DESTINATION, 'food'),
    'amenity=fountain': kind(SERVICE),
    'amenity=fuel': kind(SERVICE, 'gas_station'),
    'amenity=grave_yard': kind(SERVICE, 'cemetery'),
    'amenity=hospital': kind(LANDMARK, 'hospital', 'health'),
    'amenity=ice_cream': kind(DESTINATION, 'food'),
    'amenity=library': kind(DESTINATION, 'library'),
    'amenity=nightclub': kind(DESTINATION, 'night_club'),
    'amenity=parking': kind(MINOR, 'parking'),
    'amenity=parking_entrance': kind(MINOR, 'parking'),
    'amenity=pharmacy': kind(SERVICE, 'pharmacy', 'health'),
    'amenity=place_of_worship': kind(DESTINATION, 'place_of_worship'),
    'amenity=police': kind(SERVICE, 'police'),
    'amenity=post_box': kind(MINOR),
    'amenity=post_office': kind(SERVICE, 'post_office'),
    'amenity=pub': kind(DESTINATION, 'bar'),
    'amenity=recycling': kind(MINOR),
    'amenity=restaurant': kind(DESTINATION, 'restaurant', 'food'),
    'amenity=school': kind(SERVICE, 'school'),
    'amenity=taxi': kind(SERVICE, 'taxi_stand'),
    'amenity=theatre': kind(LANDMARK),
    'amenity=toilets': kind(MINOR),
    'amenity=townhall': kind(LANDMARK, 'city_hall', 'local_government_office'),
    'amenity=university': kind(LANDMARK, 'university'),
    'amenity=vending_machine': kind(MINOR),
    'amenity=veterinary': kind(SERVICE, 'veterinary_care'),
    'historic=archaeological_site': kind(DESTINATION, 'tourist_attraction'),
    'historic=castle': kind(LANDMARK, 'tourist_attraction'),
    'historic=fort': kind(LANDMARK, 'tourist_attraction'),
    'historic=manor': kind(DESTINATION, 'tourist_attraction'),
    'historic=memorial': kind(MINOR),
    'historic=milestone': kind(MINOR),
    'historic=monument': kind(LANDMARK, 'tourist_attraction'),
    'historic=ruins': kind(DESTINATION, 'tourist_attraction'),
    'historic=wayside_cross': kind(MINOR),
    'historic=wayside_shrine': kind(MINOR),
    'leisure=bowling_alley': kind(DESTINATION, 'bowling_alley'),
    'leisure=fitness_centre': kind(SERVICE, 'gym', 'health'),
    'leisure=garden': kind(SERVICE, 'park'),
    'leisure=nature_reserve': kind(DESTINATION, 'park'),
    'leisure=park': kind(DESTINATION, 'park'),
    'leisure=picnic_table': kind(MINOR),
    'leisure=pitch': kind(MINOR),
    'leisure=stadium': kind(LANDMARK, 'stadium'),
    'leisure=water_park': kind(LANDMARK, 'amusement_park'),
    'public_transport=platform': kind(MINOR, 'transit_station'),
    'public_transport=station': kind(LANDMARK, 'transit_station'),
    'railway=halt': kind(DESTINATION, 'train_station', 'transit_station'),
    'railway=station': kind(LANDMARK, 'train_station', 'transit_station'),
    'railway=tram_stop': kind(MINOR, 'light_rail_station', 'transit_station'),
    'religion=christian': kind(MINOR, 'church'),
    'religion=hindu': kind(MINOR, 'hindu_temple'),
    'religion=jewish': kind(MINOR, 'synagogue'),
    'religion=muslim': kind(MINOR, 'mosque'),
    'shop=bakery': kind(SERVICE, 'bakery', 'food', 'store'),
    'shop=beauty': kind(SERVICE, 'beauty_salon'),
    'shop=bicycle': kind(SERVICE, 'bicycle_store', 'store'),
    'shop=books': kind(SERVICE, 'book_store', 'store'),
    'shop=car': kind(SERVICE, 'car_dealer', 'store'),
    'shop=car_repair': kind(SERVICE, 'car_repair'),
    'shop=clothes': kind(SERVICE, 'clothing_store', 'store'),
    'shop=convenience': kind(SERVICE, 'convenience_store', 'food', 'store'),
    'shop=department_store': kind(DESTINATION, 'department_store', 'store'),
    'shop=doityourself': kind(SERVICE, 'hardware_store', 'store'),
    'shop=electronics': kind(SERVICE, 'electronics_store', 'store'),
    'shop=florist': kind(SERVICE, 'florist', 'store'),
    'shop=furniture': kind(SERVICE, 'furniture_store', 'store'),
    'shop=hairdresser': kind(SERVICE, 'hair_care'),
    'shop=hardware': kind(SERVICE, 'hardware_store', 'store'),
    'shop=jewelry': kind(SERVICE, 'jewelry_store', 'store'),
    'shop=laundry': kind(SERVICE, 'laundry'),
    'shop=mall': kind(LANDMARK, 'shopping_mall'),
    'shop=alcohol': kind(SERVICE, 'liquor_store', 'store'),
    'shop=pet': kind(SERVICE, 'pet_store', 'store'),
    'shop=shoes': kind(SERVICE, 'shoe_store', 'store'),
    'shop=supermarket': kind(DESTINATION, 'supermarket', 'food', 'store'),
    'shop=travel_agency': kind(SERVICE, 'travel_agency'),
    'station=subway': kind(LANDMARK, 'subway_station', 'transit_station'),
    'tourism=apartment': kind(SERVICE, 'lodging'),
    'tourism=aquarium': kind(LANDMARK, 'aquarium', 'tourist_attraction'),
    'tourism=artwork': kind(SERVICE),
    'tourism=attraction': kind(LANDMARK, 'tourist_attraction'),
    'tourism=camp_site': kind(DESTINATION, 'campground', 'lodging'),
    'tourism=caravan_site': kind(DESTINATION, 'rv_park', 'lodging'),
    'tourism=gallery': kind(DESTINATION, 'art_gallery'),
    'tourism=guest_house': kind(DESTINATION, 'lodging'),
    'tourism=hostel': kind(DESTINATION, 'lodging'),
    'tourism=hotel': kind(DESTINATION, 'lodging'),
    'tourism=information': kind(MINOR),
    'tourism=motel': kind(DESTINATION, 'lodging'),
    'tourism=museum': kind(LANDMARK, 'museum', 'tourist_attraction'),
    'tourism=theme_park': kind(LANDMARK, 'amusement_park', 'tourist_attraction'),
    'tourism=zoo': kind(LANDMARK, 'zoo', 'tourist_attraction'),
  }),
);

/** The type of every shop that is of no kind above. */
export const ANY_SHOP = 'store';

/** What is of no kind above: a shop is a store all the same, and anything is as well known as a shop. */
const OTHER_SHOP = kind(SERVICE, ANY_SHOP);
const OTHER = kind(SERVICE);

/** What Google says of every place that somebody may go to. */
const EVERY_TYPE = ['point_of_interest', 'establishment'];

const ALL_TYPES = new Set([
  ...EVERY_TYPE,
  ANY_SHOP,
  ...[...KINDS.values()].flatMap(({ types }) => types),
]);

/** Whether a type is one of those that tags become, of the vocabulary or not. */
export function isTypeOfTags(type: string): boolean {
  return ALL_TYPES.has(type);
}

function kind(weight: number, ...types: readonly string[]): Kind {
  return { weight, types };
}

/** The tags of the kinds of a weight: the values of each key. */
export function tagsOfWeight(weight: number): ReadonlyMap<string, readonly string[]> {
  return tagsOf((kind) => kind.weight === weight);
}

function tagsOf(isWanted: (kind: Kind) => boolean): ReadonlyMap<string, readonly string[]> {
  const tags = new Map<string, string[]>();
  for (const [tag, kind] of KINDS) {
    if (!isWanted(kind)) continue;
    const [key = '', value = ''] = tag.split('=');
    tags.set(key, [...(tags.get(key) ?? []), value]);
  }
  return tags;
}

/** What makes a thing with a name a place: a key, and of some keys the values that do. */
export const PLACE_TAGS: ReadonlyMap<string, readonly string[] | undefined> = new Map([
  ['amenity', undefined],
  ['shop', undefined],
  ['tourism', undefined],
  ['leisure', undefined],
  ['historic', undefined],
  ['aeroway', ['aerodrome']],
  ['railway', ['station', 'halt', 'tram_stop']],
  // Not the points where vehicles stop, nor the groups of all that belongs to a stop.
  ['public_transport', ['station', 'platform']],
]);

/** Whether what has these tags is a place. */
export function isPlace(tags: Readonly<Record<string, string>>): boolean {
  return Object.entries(tags).some(([key, value]) => {
    const values = PLACE_TAGS.get(key);
    return values === undefined ? PLACE_TAGS.has(key) : values.includes(value);
  });
}

/** The tags of the kinds that are of one of these types: the values of each key. */
export function tagsOfTypes(types: readonly PlaceType[]): ReadonlyMap<string, readonly string[]> {
  return tagsOf((kind) => types.some((type) => kind.types.includes(type)));
}

/** Whether there are kinds of a type. */
export function hasKinds(type: PlaceType): boolean {
  return tagsOfTypes([type]).size > 0;
}

/** Schools have one as well: it says what a place of worship is, and no other. */
const RELIGION = 'religion';

/** A tag may have several values, separated by semicolons. */
function valuesIn(tag = ''): string[] {
  return tag.split(';').map((value) => value.trim());
}

/** The kind of what has these tags: of several kinds, the types of all and the weight of the heaviest. */
export function kindOf(tags: Readonly<Record<string, string>>): Kind {
  const kinds = Object.entries(tags).flatMap(([key, values]) =>
    key === RELIGION && !valuesIn(tags['amenity']).includes('place_of_worship')
      ? []
      : valuesIn(values).flatMap((value) => KINDS.get(`${key}=${value}`) ?? []),
  );
  if (kinds.length === 0) kinds.push('shop' in tags ? OTHER_SHOP : OTHER);
  const types = [...kinds.flatMap(({ types }) => types), ...EVERY_TYPE];
  return { weight: Math.max(...kinds.map(({ weight }) => weight)), types: [...new Set(types)] };
}

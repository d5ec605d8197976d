/** The icons that a client can have: those that servers take. */
export const CARD_ICONS = [
  'person',
  'car',
  'bike',
  'bus',
  'boat',
  'truck',
  'pet',
  'phone',
] as const;

export type CardIcon = (typeof CARD_ICONS)[number];

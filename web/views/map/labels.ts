import { LabelRoom, type Box } from './label-room.ts';

/** The most names at once: more are not read. */
const MOST_LABELS = 150;
/** For so many it is looked whether there is room, at most: in a crowd there is none for the others either. */
const MOST_TRIED = 600;
const LABEL_HEIGHT = 14;
/** How far a name is from what it names, in pixels: more than a cell of the grid, so that they share none. */
const GAP_PX = 6;
/** Names in one line are so far apart, in pixels. */
const BETWEEN_PX = 8;
/** A name that is there stays until so much of its edge is covered, in pixels: it does not come and go beside what moves. */
const STAYS_PX = 3;

/** The places of a name beside its marker, the best first. */
const SIDES = ['right', 'left', 'below', 'above'] as const;
type Side = (typeof SIDES)[number];

/** A marker on the screen. */
export interface Spot {
  readonly client: string;
  readonly x: number;
  readonly y: number;
  /** How far it reaches from its middle, in pixels. */
  readonly reach: number;
  /** Whether its name is required: it is always shown, and no other name covers it. */
  readonly isNamed: boolean;
}

/** A name on the screen: it begins at the left, in the middle of its height. */
export interface Label<S extends Spot = Spot> {
  /** What it names. */
  readonly spot: S;
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** Where names stand: on no marker, on no other name, and where they stood before as long as that goes. */
export class Labels {
  readonly #room = new LabelRoom();
  #sides = new Map<string, Side>();

  /**
   * @param screen its size in pixels
   * @param spots all markers on it
   * @param selected the one of them that has its name also where there is no room
   * @param others further areas that no name may cover
   * @param nameOf the name of a client and how wide it is, in pixels
   */
  place<S extends Spot>(
    screen: { readonly width: number; readonly height: number },
    spots: readonly S[],
    selected: S | undefined,
    others: readonly Box[],
    nameOf: (client: string) => { readonly text: string; readonly width: number },
  ): readonly Label<S>[] {
    this.#room.clear(screen.width, screen.height);
    for (const { x, y, reach } of spots) {
      this.#room.take({ left: x - reach, top: y - reach, right: x + reach, bottom: y + reach });
    }
    for (const box of others) this.#room.take(box);
    const labels: Label<S>[] = [];
    const before = this.#sides;
    this.#sides = new Map();
    const put = (spot: S): void => {
      const { text, width } = nameOf(spot.client);
      const side = this.#sideOf(spot, width, before.get(spot.client), spot === selected);
      if (side === undefined) return;
      const box = boxOf(spot, side, width);
      this.#room.take({ ...box, left: box.left - BETWEEN_PX, right: box.right + BETWEEN_PX });
      this.#sides.set(spot.client, side);
      labels.push({ spot, text, x: box.left, y: (box.top + box.bottom) / 2 });
    };
    if (selected !== undefined) put(selected);
    const there: S[] = [];
    const coming: S[] = [];
    for (const spot of spots) {
      if (!spot.isNamed || spot === selected) continue;
      if (before.has(spot.client)) there.push(spot);
      else if (coming.length < MOST_TRIED) coming.push(spot);
    }
    for (const spot of [...there, ...coming].slice(0, MOST_TRIED)) {
      if (labels.length === MOST_LABELS) break;
      put(spot);
    }
    return labels;
  }

  #sideOf(spot: Spot, width: number, before: Side | undefined, isSure: boolean): Side | undefined {
    const stays = before !== undefined && this.#room.isFree(shrunk(boxOf(spot, before, width)));
    if (stays) return before;
    const free = SIDES.find((side) => this.#room.isFree(boxOf(spot, side, width)));
    return free ?? (isSure ? 'right' : undefined);
  }
}

/** Where a name of a width stands. */
function boxOf({ x, y, reach }: Spot, side: Side, width: number): Box {
  const away = reach + GAP_PX;
  const half = LABEL_HEIGHT / 2;
  const beside = { top: y - half, bottom: y + half };
  const centred = { left: x - width / 2, right: x + width / 2 };
  switch (side) {
    case 'right':
      return { left: x + away, right: x + away + width, ...beside };
    case 'left':
      return { left: x - away - width, right: x - away, ...beside };
    case 'below':
      return { top: y + away, bottom: y + away + LABEL_HEIGHT, ...centred };
    case 'above':
      return { top: y - away - LABEL_HEIGHT, bottom: y - away, ...centred };
  }
}

function shrunk({ left, top, right, bottom }: Box): Box {
  return {
    left: left + STAYS_PX,
    top: top + STAYS_PX,
    right: right - STAYS_PX,
    bottom: bottom - STAYS_PX,
  };
}

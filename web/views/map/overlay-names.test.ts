import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cameraAt } from './camera.ts';
import { glideTo, resting } from './glide.ts';
import type { Box } from './label-room.ts';
import { Markers } from './markers.ts';
import { OverlayNames, type NamesPicture } from './overlay-names.ts';

const CAMERA = cameraAt({ x: 0.5, y: 0.5 }, 12, { width: 400, height: 300 });
const LOOK = { colour: [1, 2, 3, 255], courseDeg: undefined, isStale: false } as const;
const LETTER_PX = 6;
const REACH_PX = 7;

interface DrawnName {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** Names above some markers, and what they draw: letters of one width. */
class Drawing {
  readonly markers = new Markers(0);
  #drawn: DrawnName[] = [];
  readonly #names: OverlayNames;

  constructor() {
    const context = {
      measureText: (text: string) => ({ width: text.length * LETTER_PX }),
      strokeText: () => undefined,
      fillText: (text: string, x: number, y: number) => this.#drawn.push({ text, x, y }),
    };
    this.#names = new OverlayNames(context as unknown as CanvasRenderingContext2D);
  }

  /** Puts a client at so many pixels from the upper left corner. */
  put(client: string, x: number, y: number): void {
    this.markers.put(client, resting(this.at(x, y)), LOOK);
  }

  at(x: number, y: number): { x: number; y: number } {
    return { x: 0.5 + (x - 200) / CAMERA.worldPx, y: 0.5 + (y - 150) / CAMERA.worldPx };
  }

  /** What is drawn at a time, and whether it was looked who has room. */
  draw(nowMs: number, covers: readonly Box[] = []): { names: DrawnName[]; isPlaced: boolean } {
    this.#drawn = [];
    const picture: NamesPicture = {
      camera: CAMERA,
      nowMs,
      markers: this.markers.all,
      clusters: [],
      selected: undefined,
      mapNames: [],
      covers: () => covers,
      nameOf: (client) => client,
      colours: { ink: 'black', halo: 'white' },
    };
    const isPlaced = this.#names.draw(picture, () => REACH_PX);
    return { names: this.#drawn, isPlaced };
  }
}

test('no name lies under what covers the map, and what is covered has none', () => {
  const drawing = new Drawing();
  drawing.put('beside', 200, 150);
  drawing.put('under', 300, 150);
  const panel: Box = { left: 220, top: 0, right: 400, bottom: 300 };
  assert.deepEqual(
    drawing.draw(0).names.map(({ text }) => text),
    ['beside', 'under'],
  );
  const { names } = drawing.draw(1000, [panel]);
  assert.deepEqual(
    names.map(({ text }) => text),
    ['beside'],
  );
  const [{ x } = assert.fail()] = names;
  assert.ok(x + 'beside'.length * LETTER_PX <= panel.left, `it begins at ${x}`);
});

test('a name goes with its marker also where nobody looks who has room', () => {
  const drawing = new Drawing();
  drawing.put('kiwi', 100, 150);
  const [first = assert.fail()] = drawing.draw(0).names;
  const kiwi = drawing.markers.get('kiwi') ?? assert.fail();
  drawing.markers.put('kiwi', glideTo(kiwi.glide, drawing.at(120, 150), 0, 200), LOOK);
  const { names, isPlaced } = drawing.draw(100);
  assert.equal(isPlaced, false);
  const [second = assert.fail()] = names;
  assert.ok(Math.abs(second.x - first.x - 10) < 0.01, `from ${first.x} to ${second.x}`);
  assert.equal(drawing.draw(200).isPlaced, true);
});

test('a name goes at once with a marker that is hidden', () => {
  const drawing = new Drawing();
  drawing.put('kiwi', 100, 150);
  assert.equal(drawing.draw(0).names.length, 1);
  drawing.markers.setHidden(drawing.markers.get('kiwi') ?? assert.fail(), true);
  assert.deepEqual(drawing.draw(1).names, []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cameraAt, pathOnScreen, toScreen } from './camera.ts';
import { toWorld } from './mercator.ts';

const ON_MERIDIAN = cameraAt(toWorld(-16.9, 180), 8, { width: 1000, height: 800 });

test('a path over the 180th meridian goes on where it is, whichever side the map is centred on', () => {
  const path = [179.6, 179.9, -179.8, -179.5].map((longitude) => toWorld(-16.9, longitude));
  for (const centre of [180, -180, 179, -179]) {
    const camera = { ...ON_MERIDIAN, centre: toWorld(-16.9, centre) };
    const xs = pathOnScreen(camera, path).map(({ x }) => x);
    const [first = 0] = xs;
    assert.deepEqual(
      xs.map((x) => Math.round(x - first)),
      [0, 109, 218, 328],
      `centred on ${centre}`,
    );
    assert.ok(first > -500 && first < 1000, `begins at ${first}`);
  }
});

test('what is on the other side of the 180th meridian is next to it', () => {
  const { x, y } = toScreen(ON_MERIDIAN, toWorld(-16.9, -179.9));
  assert.deepEqual([Math.round(x), Math.round(y)], [536, 400]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CARD_ICONS as SERVER_ICONS } from '#src/service/cards.js';
import { CARD_ICONS } from './card-icons.ts';

test('the page offers the icons that servers take', () => {
  assert.deepEqual(CARD_ICONS, SERVER_ICONS);
});

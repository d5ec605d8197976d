import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isDocumentBody } from '../store/document.ts';
import { Cards, MAX_FACE_CHARS } from './cards.ts';

/** Documents in memory, as the store has them. */
class Bench {
  readonly texts = new Map<string, string>();
  readonly #names: string[] = [];
  readonly written: string[] = [];
  documents = 0;
  readonly cards = new Cards(
    {
      documents: 0,
      documentSlot: (name) => (this.texts.has(name) ? this.#names.indexOf(name) : -1),
      documentText: (slot) => this.texts.get(this.#names[slot] ?? '') ?? '',
      seqOf: () => this.written.length,
    },
    (name, body) => {
      this.written.push(name);
      if (!this.#names.includes(name)) this.#names.push(name);
      if (body === undefined) this.texts.delete(name);
      else this.texts.set(name, body);
      return 'accepted';
    },
  );
}

const anna = Buffer.from('anna/pixel');

test('a card is read as it was put, whatever the name', async () => {
  const { cards, texts } = new Bench();
  for (const name of ['Anna B.', 'O\'Neil "x" \\ 100%', '安娜', '👩‍👧', undefined]) {
    const face = 'A'.repeat(MAX_FACE_CHARS);
    assert.equal(await cards.put(anna, { name, face }), 'accepted');
    assert.deepEqual(cards.get(anna), { name, face });
    const text = Buffer.from(texts.get('card/anna%2Fpixel') ?? '');
    assert.ok(isDocumentBody(text, 0, text.length));
  }
  const longest = { name: '\u{ffff}'.repeat(100), face: 'A'.repeat(MAX_FACE_CHARS) };
  await cards.put(anna, longest);
  const text = Buffer.from(texts.get('card/anna%2Fpixel') ?? '');
  assert.ok(isDocumentBody(text, 0, text.length), `${text.length}`);
  assert.equal(cards.get(anna)?.name, '\u{ffff}'.repeat(64));
});

test('a card that says the same is not put again, and one that is removed is not there', async () => {
  const { cards, written } = new Bench();
  const card = { name: 'Anna', face: undefined };
  assert.equal(cards.versionOf(anna), undefined);
  cards.remove(anna);
  await cards.put(anna, card);
  const version = cards.versionOf(anna);
  await cards.put(anna, card);
  assert.equal(cards.versionOf(anna), version);
  assert.equal(written.length, 1);
  await cards.put(anna, { ...card, name: 'Anna B.' });
  assert.notEqual(cards.versionOf(anna), version);
  cards.remove(anna);
  assert.equal(cards.get(anna), undefined);
});

test('an ID that is too long for a document has no card, and what is no card is not read as one', async () => {
  const { cards, texts } = new Bench();
  const long = Buffer.from('x'.repeat(2000));
  assert.equal(await cards.put(long, { name: 'x', face: undefined }), 'client ID too long');
  assert.equal(cards.get(long), undefined);
  await cards.put(anna, { name: 'Anna', face: undefined });
  for (const text of ['[', '7', 'null', '{"name":"%"}']) {
    texts.set('card/anna%2Fpixel', text);
    assert.equal(cards.get(anna), undefined, text);
  }
});

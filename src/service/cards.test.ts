import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isDocumentBody } from '../store/document.ts';
import type { OnDocument } from '../store/stored-documents.ts';
import { Cards, MAX_CARDS } from './cards.ts';
import { MAX_FACE_CHARS } from './face.ts';

/** Documents in memory, as the store has them. */
class Bench {
  readonly texts = new Map<string, string>();
  readonly #slots = new Map<string, number>();
  readonly written: string[] = [];
  readonly known = new Set<string>();
  readonly cards: Cards;

  constructor() {
    const { texts } = this;
    let tell: OnDocument = () => {};
    this.cards = new Cards({
      documents: {
        get count() {
          return texts.size;
        },
        slotOf: (name) => (texts.has(name) ? (this.#slots.get(name) ?? -1) : -1),
        textAt: (slot) => texts.get([...this.#slots.keys()][slot] ?? '') ?? '',
        watch: (onDocument) => {
          tell = onDocument;
        },
      },
      seqOf: () => this.written.length,
      putDocument: (name, body) => {
        this.written.push(name);
        if (!this.#slots.has(name)) this.#slots.set(name, this.#slots.size);
        if (body === undefined) texts.delete(name);
        else texts.set(name, body);
        tell(name, body);
        return 'accepted';
      },
      isKnown: (client) => this.known.has(client.toString('latin1')),
    });
  }
}

const anna = Buffer.from('anna/pixel');

test('a card is read as it was put, whatever the name', async () => {
  const { cards, texts } = new Bench();
  for (const name of ['Anna B.', 'O\'Neil "x" \\ 100%', '安娜', '👩‍👧', undefined]) {
    const face = 'A'.repeat(MAX_FACE_CHARS);
    const card = { name, icon: 'truck', face } as const;
    assert.equal(await cards.put(anna, card), 'accepted');
    assert.deepEqual(cards.get(anna), card);
    const text = Buffer.from(texts.get('card/anna%2Fpixel') ?? '');
    assert.ok(isDocumentBody(text, 0, text.length));
  }
  const longest = {
    name: '\u{ffff}'.repeat(100),
    icon: 'person',
    face: 'A'.repeat(MAX_FACE_CHARS),
  } as const;
  await cards.put(anna, longest);
  const text = Buffer.from(texts.get('card/anna%2Fpixel') ?? '');
  assert.ok(isDocumentBody(text, 0, text.length), `${text.length}`);
  assert.equal(cards.get(anna)?.name, '\u{ffff}'.repeat(64));
});

test('a card that says the same is not put again, and one that is removed is not there', async () => {
  const { cards, written } = new Bench();
  const card = { name: 'Anna', icon: undefined, face: undefined };
  assert.equal(cards.versionOf(anna), undefined);
  await cards.remove(anna);
  await cards.put(anna, card);
  const version = cards.versionOf(anna);
  await cards.put(anna, card);
  assert.equal(cards.versionOf(anna), version);
  assert.equal(written.length, 1);
  await cards.put(anna, { ...card, name: 'Anna B.' });
  assert.notEqual(cards.versionOf(anna), version);
  await cards.remove(anna);
  assert.equal(cards.get(anna), undefined);
});

test('an ID that is too long for a document has no card, and what is no card is not read as one', async () => {
  const { cards, texts } = new Bench();
  const long = Buffer.from('x'.repeat(2000));
  assert.equal(
    await cards.put(long, { name: 'x', icon: undefined, face: undefined }),
    'client ID too long',
  );
  assert.equal(cards.get(long), undefined);
  await cards.put(anna, { name: 'Anna', icon: undefined, face: undefined });
  for (const text of ['[', '7', 'null', '{"name":"%"}']) {
    texts.set('card/anna%2Fpixel', text);
    assert.equal(cards.get(anna), undefined, text);
  }
});

test('an icon of a later version is left out', () => {
  const { cards, texts } = new Bench();
  void cards.put(anna, { name: 'Anna', icon: 'car', face: undefined });
  texts.set('card/anna%2Fpixel', '{"name":"Anna","icon":"submarine"}');
  assert.deepEqual(cards.get(anna), { name: 'Anna', icon: undefined, face: undefined });
});

test('the list has every card without its picture, which a tag tells apart', async () => {
  const { cards } = new Bench();
  const odd = Buffer.from([0xff, 0x2f, 0x25]);
  await cards.put(odd, { name: 'Odd', icon: 'boat', face: undefined });
  await cards.put(anna, { name: undefined, icon: undefined, face: 'AAAA' });
  const tag = cards.listed.get('anna/pixel')?.faceTag;
  assert.deepEqual(cards.listed.get(odd.toString('latin1')), {
    name: 'Odd',
    icon: 'boat',
    faceTag: undefined,
  });
  const before = cards.changes;
  await cards.put(anna, { name: undefined, icon: undefined, face: 'BBBB' });
  assert.notEqual(cards.listed.get('anna/pixel')?.faceTag, tag);
  await cards.remove(anna);
  assert.deepEqual([...cards.listed.keys()], [odd.toString('latin1')]);
  assert.equal(cards.changes, before + 2);
});

test('cards of clients that are not known any more make room for others, and no other does', async () => {
  const { cards, known, texts } = new Bench();
  const card = { name: 'x', icon: undefined, face: undefined };
  for (let n = 0; n < MAX_CARDS; n++) {
    known.add(`client-${n}`);
    await cards.put(Buffer.from(`client-${n}`), card);
  }
  assert.equal(await cards.put(anna, card), 'too many cards');
  assert.equal(texts.size, MAX_CARDS);
  known.delete('client-7');
  assert.equal(await cards.put(anna, card), 'accepted');
  assert.equal(cards.get(Buffer.from('client-7')), undefined);
  assert.equal(texts.size, MAX_CARDS);
});

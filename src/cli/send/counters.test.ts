import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { CommandCounter } from './command-counter.ts';
import { ReplyCounter } from './reply-counter.ts';

const SEED = 20_260_101;

/** `text` cut into pieces at these places. */
function pieces(text: string, cuts: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text, 'latin1');
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
}

const cuts = fc.array(fc.nat(), { maxLength: 5 });

test('commands are lines with more than white space, the last one also without its LF', () => {
  const line = fc.oneof(
    fc.constantFrom('', ' ', '\t\r\v\f', 'IAMAT a b c', ' ?', '\xe3\x80'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line), fc.boolean(), cuts, (lines, isEnded, at) => {
      const text = lines.join('\n') + (isEnded ? '\n' : '');
      const counter = new CommandCounter();
      for (const piece of pieces(text, at)) counter.add(piece);
      counter.end();
      const wanted = text.split('\n').filter((each) => /[^ \t\r\v\f]/.test(each));
      assert.equal(counter.count, wanted.length);
    }),
    { seed: SEED },
  );
});

const PLACES = `{\n   "results": [\n      {\n         "name": "AT ? {",\n      }\n   ]\n}\n\n`;
const REPLIES = [
  '? what\n',
  '? AT\n',
  'AT Riley +1.0 kiwi +1+1 1\n',
  `AT Riley +1.0 a +1+1 1\n${PLACES}`,
];

test('replies are counted wherever what is received is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...REPLIES)), cuts, (replies, at) => {
      const counter = new ReplyCounter();
      for (const piece of pieces(replies.join(''), at)) counter.add(piece);
      assert.equal(counter.count, replies.length);
      assert.equal(counter.isWithin, false);
      assert.equal(counter.isTls, false);
    }),
    { seed: SEED },
  );
});

test('a reply that is cut off is not whole', () => {
  const [, , , places = ''] = REPLIES;
  const whole = places.indexOf('\n') + 1; // a reply without places ends here
  for (let length = 1; length < places.length; length++) {
    const counter = new ReplyCounter();
    counter.add(Buffer.from(places.slice(0, length)));
    assert.equal(counter.isWithin, length !== whole, `${length}`);
  }
});

test('an alert of TLS is no reply', () => {
  const counter = new ReplyCounter();
  counter.add(Buffer.of(0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28));
  assert.equal(counter.isTls, true);
});

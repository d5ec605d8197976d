import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { MAX_COMMAND_BYTES } from '../../protocol/command.ts';
import { InFlight } from './in-flight.ts';
import { ReplyReader, type Reply } from './reply-reader.ts';

const SEED = 20_261_127;
const JSON_TEXT = '{\n   "results": [\n      {\n         "name": "AT ? {"\n      }\n   ]\n}';

/** A command, and what a server says to it. */
interface Exchange {
  readonly command: string;
  readonly reply: string;
}

function report(client: string, second: number): Exchange {
  const fields = `${client} +1-2 ${second}`;
  return { command: ` IAMAT  ${client}\t+1-2 ${second}`, reply: `AT Riley +0.1 ${fields}\n` };
}

function question(client: string): Exchange {
  const reply = `AT Jaquez -0.5 ${client} +3-4 99\n${JSON_TEXT}\n\n`;
  return { command: `WHATSAT ${client} 10 5`, reply };
}

function invalid(command: string): Exchange {
  return { command, reply: `? ${command.slice(0, MAX_COMMAND_BYTES)}\n` };
}

const exchangeOf = fc.oneof(
  fc.tuple(fc.constantFrom('a', 'b'), fc.nat({ max: 5 })).map(([c, n]) => report(c, n)),
  fc.constantFrom('a', 'b').map(question),
  fc
    .constantFrom('WHATSAT a 10 50', 'IAMAT a +1-2 9', 'x', 'IAMAT', 'y'.repeat(5000), 'AT b')
    .map(invalid),
);

test('each reply is matched with a command of its own, in any order and however it is cut', () => {
  const property = fc.property(
    fc.array(exchangeOf, { maxLength: 12 }),
    fc.infiniteStream(fc.nat({ max: 1000 })),
    (exchanges, numbers) => {
      const next = (below: number): number => (numbers.next().value ?? 0) % below;
      const inFlight = new InFlight<Exchange>();
      for (const each of exchanges) inFlight.add(each.command, each);
      const taken: [Reply, Exchange | undefined][] = [];
      const reader = new ReplyReader({
        mayHavePlaces: (line) => inFlight.mayHavePlaces(line),
        onReply: (reply) => taken.push([reply, inFlight.take(reply)?.note]),
      });
      const left = [...exchanges];
      let rest = '';
      while (left.length > 0) rest += left.splice(next(left.length), 1)[0]?.reply ?? '';
      while (rest !== '') {
        const length = 1 + next(rest.length);
        reader.read(rest.slice(0, length));
        rest = rest.slice(length);
      }
      assert.equal(taken.length, exchanges.length, 'each is whole once all has come');
      assert.equal(inFlight.size, 0);
      for (const [{ line, places }, exchange] of taken) {
        const text = places === undefined ? `${line}\n` : `${line}\n${places}\n\n`;
        assert.equal(text, exchange?.reply);
      }
    },
  );
  fc.assert(property, { seed: SEED });
});

test('a report is answered at once, also where nothing follows', () => {
  const inFlight = new InFlight<number>();
  inFlight.add('WHATSAT kiwi 1 1', 1);
  inFlight.add('IAMAT emu +1-2 3', 2);
  const notes: (number | undefined)[] = [];
  const reader = new ReplyReader({
    mayHavePlaces: (line) => inFlight.mayHavePlaces(line),
    onReply: (reply) => notes.push(inFlight.take(reply)?.note),
  });
  reader.read('AT Riley +0.1 emu +1-2 3\n');
  assert.deepEqual(notes, [2]);
});

test('AUTH is answered with the name of the token, or without a copy of it', () => {
  const inFlight = new InFlight<string>();
  inFlight.add('AUTH one', 'first');
  inFlight.add('AUTH two', 'second');
  assert.equal(inFlight.take({ line: 'AUTH phone', places: undefined })?.note, 'first');
  assert.equal(inFlight.take({ line: '? AUTH', places: undefined })?.note, 'second');
  assert.equal(inFlight.take({ line: '? AUTH', places: undefined }), undefined);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { Access } from '../access/access.ts';
import type { AccessEvent } from '../access/events.ts';
import type { TokenRule } from '../access/rules.ts';
import { tokenRule } from '../access/token-rule.test.ts';
import { createToken, hashToken, TOKEN_BYTES } from '../access/token.ts';
import { ByteWriter } from '../protocol/byte-writer.ts';
import type { LocationService } from '../service/location-service.ts';
import { createTestService } from '../service/service-bench.test.ts';
import { CommandHandler } from './command-handler.ts';
import { Guard } from './guard.ts';
import { GuardedHandler } from './guarded-handler.ts';
import { redactTraffic } from './redact-traffic.ts';
import { ClientSession, MAX_CONNECTION_COMMANDS } from './session.ts';
import { TickLog } from './tick-log.ts';

fc.configureGlobal({ seed: 43 });

const NOW = { seconds: 1_700_000_000, nanoseconds: 0 };
const PLACES = Buffer.from('{}\n\n');
const tokenOf = (byte: number): string => createToken(Buffer.alloc(TOKEN_BYTES, byte));
const [ANNA, BEN, STRANGER] = [tokenOf(0xa1), tokenOf(0xb2), tokenOf(0xc3)];

const rule = (name: string, token: string): TokenRule =>
  tokenRule(name, hashToken(token), { report: [name], read: [name] });

/** One connection without its socket, what it replies, and what is logged. */
class Bench {
  readonly logged: string[] = [];
  readonly #service: LocationService;
  readonly #session: ClientSession;

  constructor() {
    this.#service = createTestService({
      search: { nearby: () => PLACES, find: () => assert.fail('no HTTP here') },
      now: () => NOW,
      limits: { maxClients: 100, maxMemoryBytes: Infinity },
    });
    const tokens = [rule('anna', ANNA), rule('ben', BEN)];
    const log = { write: (event: AccessEvent) => this.#log(event) };
    const guard = new Guard({
      access: new Access({ clients: 'always', gateway: 'always', groups: [], tokens }),
      isTokenDemanded: true,
      shown: undefined,
      connection: 1,
      address: '192.0.2.1:1',
      addressKey: '192.0.2.1',
      nowMs: () => 0,
      log,
      refusals: log,
    });
    const commands = new CommandHandler({
      service: this.#service,
      log: { write: (event) => this.#log(event) },
    });
    const asLogged = (bytes: Buffer): void => this.#log(redactTraffic(bytes).toString('latin1'));
    this.#session = new ClientSession({
      handler: new GuardedHandler(commands, guard),
      waitForCommit: () => assert.fail(),
      admit: undefined,
      wake() {},
      tickLog: new TickLog(MAX_CONNECTION_COMMANDS),
      logPlain: (_, { bytes, start, end }) => this.#log(bytes.toString('latin1', start, end)),
      logCommands: asLogged,
      logReplies: asLogged,
      commandsInFlight: 100,
    });
  }

  /** Sends text in packets; returns what is replied. */
  say(...packets: readonly string[]): string {
    let replies = '';
    for (const packet of packets) {
      this.#session.receive(Buffer.from(packet, 'latin1'));
      // A question waits for the tick after the one that it came in.
      for (let tick = 0; tick < 3; tick++) {
        const out = new ByteWriter(1024);
        this.#service.beginTick();
        this.#session.work(out);
        const { start, end } = this.#session.takeReplies();
        replies += out.bytes.toString('latin1', start, end);
      }
    }
    return replies;
  }

  #log(what: unknown): void {
    this.logged.push(typeof what === 'string' ? what : JSON.stringify(what));
  }
}

const iamat = (client: string): string => `IAMAT ${client} +1.0-2.0 1600000000\n`;

test('each command is judged by the token before it, however the bytes come', () => {
  const text = `${iamat('anna')}AUTH ${ANNA}\n${iamat('anna')}${iamat('ben')}AUTH ${BEN}\n${iamat('ben')}WHATSAT anna 1 1\nAUTH ${STRANGER}\n${iamat('ben')}`;
  const expected = new Bench().say(text);
  assert.deepEqual(
    expected.split('\n').map((line) => line.split(' ').slice(0, 2).join(' ')),
    [
      '? IAMAT',
      'AUTH anna',
      'AT Riley',
      '? IAMAT',
      'AUTH ben',
      'AT Riley',
      '? WHATSAT',
      '? AUTH',
      '? IAMAT',
      '',
    ],
  );
  fc.assert(
    fc.property(fc.array(fc.nat({ max: text.length }), { maxLength: 8 }), (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), text.length];
      const packets = places.slice(1).map((end, i) => text.slice(places[i], end));
      const lines = (replies: string): string[] =>
        replies.split('\n').map((line) => line.replace(/ [+-]\d+\.\d{9} /, ' SKEW '));
      assert.deepEqual(lines(new Bench().say(...packets)), lines(expected));
    }),
  );
});

test('no token is in a reply or in the log, whatever line it stands in', () => {
  const word = fc.constantFrom(
    'AUTH',
    'auth',
    ' ',
    '\t',
    'IAMAT',
    'WHATSAT',
    'kiwi',
    '\u00ff',
    ':',
  );
  const words = fc.array(word, { maxLength: 5 });
  const secret = fc.constantFrom(ANNA, BEN, STRANGER, STRANGER.slice(0, 20), ANNA.toUpperCase());
  const line = fc
    .tuple(words, secret, words)
    .map(([before, token, after]) => `${before.join('')}${token}${after.join('')}\n`);
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 25, size: 'max' }), (lines) => {
      const bench = new Bench();
      const seen = bench.say(...lines) + bench.logged.join('\n');
      for (const byte of ['a1', 'b2', 'c3']) {
        assert.ok(!seen.toLowerCase().includes(byte.repeat(5)), JSON.stringify([lines, seen]));
      }
    }),
    { numRuns: 100 },
  );
});

import { nextSlot } from '#src/store/next-slot.test.js';
import type { Channel, ChannelListener } from '#src/transport/channel.js';
import { Links } from '#src/replication/flood/links.js';
import { NO_FACTS } from '#src/replication/no-facts.test.js';
import { NO_SLOT } from '#src/store/slot-index.js';
import { LocationStore } from '#src/store/store.js';
import { RecordView } from '#src/store/record.js';
import { ByteWriter } from '#src/protocol/byte-writer.js';
import { parseAt } from '#src/protocol/reply.js';
import { Random } from '../../simulation/random.ts';
import { Schedule } from '../../simulation/schedule.ts';
import type { Target } from '../fuzz.ts';
import { LINK_WORDS, linkLines, withoutJaquez } from '../lines.ts';
import { chunks, hashOf } from '../mutate.ts';
import { AT_LINE } from '../replies.ts';

/** A document that a neighbour may have said, or its tombstone. */
const DOCUMENT_LINE =
  /^DOCUMENT \S{1,64} [+-]\d+\.\d{9} [!-~]{1,1023} \d+\.\d{9}( [!-~]{1,8192})?$/;
const EPOCH = 1;

/** Long enough for a link to be made, or for what was said to be worked through, in virtual ms. */
const SOON_MS = 20;
/** Longer than silence on a link is borne, in virtual milliseconds. */
const SILENCE_MS = 5000;

/**
 * The links of Riley, with the real Jaquez on one and the fuzzer, which poses as Juzang, on the other;
 * in virtual time and without sockets.
 */
export const links: Target = {
  name: 'links',
  kind: 'peer',
  words: LINK_WORDS,
  lanes: 1,
  generate: linkLines,
  async run(anyInput) {
    const input = withoutJaquez(anyInput);
    const random = new Random(hashOf(input));
    const schedule = new Schedule();
    const riley = new Member('Riley', ['Jaquez', 'Juzang'], schedule);
    const jaquez = new Member('Jaquez', ['Riley'], schedule);
    riley.reach('Jaquez', jaquez);
    jaquez.reach('Riley', riley);
    riley.links.start([], []);
    jaquez.links.start([], []);
    await schedule.run(SOON_MS);

    const attack = new Attack(riley);
    for (const chunk of chunks(input, random)) {
      attack.say(chunk);
      if (random.chance(0.2)) await schedule.run(schedule.now + 1);
    }
    await schedule.run(schedule.now + SOON_MS);
    const outcome = attack.ending ?? riley.failures.at(-1) ?? 'linked';

    riley.report('canary-of-Riley');
    jaquez.report('canary-of-Jaquez');
    await schedule.run(schedule.now + SILENCE_MS);
    for (const member of [riley, jaquez]) {
      for (const client of ['canary-of-Riley', 'canary-of-Jaquez']) {
        if (!member.knows(client)) throw new Error(`${member.name} does not hear of ${client}`);
      }
      member.checkRecords(input);
    }
    if (riley.downs.includes('Jaquez')) throw new Error('the link with Jaquez went down');
    return `${outcome}, ${Math.min(riley.size, 8)} clients`;
  },
};

/** A server's links and store, whose neighbours are others of these. */
class Member {
  readonly name: string;
  readonly links: Links;
  /** The neighbours whose link went down. */
  readonly downs: string[] = [];
  /** What became of connections that did not become links. */
  readonly failures: string[] = [];
  readonly #store: LocationStore;
  readonly #schedule: Schedule;
  readonly #neighbours = new Map<string, Member>();
  #isWoken = false;
  #reports = 0;

  constructor(name: string, neighbours: readonly string[], schedule: Schedule) {
    this.name = name;
    this.#schedule = schedule;
    this.#store = new LocationStore();
    this.links = new Links(
      {
        herd: 'test-herd',
        server: name,
        epoch: () => EPOCH,
        neighbours,
        confirming: true,
        tombstoneGraceMs: Infinity,
        withdraw() {},
        facts: () => NO_FACTS,
      },
      this.#store,
      {
        clock: { after: (delayMs, action) => schedule.after(delayMs, action) },
        nowMs: () => schedule.now,
        now: () => ({ seconds: 0, nanoseconds: 0 }),
        random: () => 0.5,
        dial: (neighbour, listener) => this.#dial(neighbour, listener),
        wake: () => this.#wake(),
      },
      {
        onLinkUp() {},
        onLinkDown: (neighbour) => this.downs.push(neighbour),
        onLinkFailed: (_, { code }) => this.failures.push(code),
        onLag() {},
      },
    );
  }

  get size(): number {
    return this.#store.size;
  }

  /** Where this neighbour is to be found; others cannot be reached. */
  reach(neighbour: string, member: Member): void {
    this.#neighbours.set(neighbour, member);
  }

  knows(client: string): boolean {
    return this.#store.has(Buffer.from(client, 'latin1'));
  }

  report(client: string): void {
    const line = new RecordView();
    const said = `AT ${this.name} +0.000000000 ${client} +34.068930-118.445127 1621464827.5`;
    const bytes = Buffer.from(said);
    if (!line.scan(bytes, 0, bytes.length)) throw new Error('the fuzzer makes no report');
    this.#reports += 1;
    line.epoch = EPOCH;
    line.sequence = this.#reports;
    this.#store.apply(line);
    this.#wake();
  }

  /** Each record is a location that its own AT line says, or a document, and that line was said. */
  checkRecords(said: string): void {
    const cursor = this.#store.openAfter(0);
    let slot = nextSlot(this.#store, cursor);
    for (; slot !== NO_SLOT; slot = nextSlot(this.#store, cursor)) {
      const out = new ByteWriter(256);
      this.#store.writeLine(slot, out);
      const line = out.view().toString('latin1');
      const at = parseAt(line);
      const isLocation = at !== undefined && AT_LINE.test(line);
      if (!isLocation && !DOCUMENT_LINE.test(line)) {
        throw new Error(`${this.name} took in what is no record: ${JSON.stringify(line)}`);
      }
      const isOfCanary = at?.client.startsWith('canary-of-') === true;
      if (!isOfCanary && !said.includes(`${line}\n`)) {
        throw new Error(`${this.name} took in what nobody said: ${JSON.stringify(line)}`);
      }
    }
    this.#store.close(cursor);
  }

  #dial(neighbour: string, listener: ChannelListener): Channel {
    const member = this.#neighbours.get(neighbour);
    const near = new End(this.#schedule, listener);
    this.#schedule.after(1, () => {
      if (member === undefined) {
        listener.onClosed({ code: 'unreachable', detail: 'nobody is there' });
        return;
      }
      member.links.accept((accepting) => {
        const far = new End(this.#schedule, accepting);
        near.peer = far;
        far.peer = near;
        return far;
      });
      listener.onOpened();
    });
    return near;
  }

  #wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    this.#schedule.after(0, () => {
      this.#isWoken = false;
      this.links.flush();
    });
  }
}

/** One end of a connection that loses nothing. */
class End implements Channel {
  peer: End | undefined;
  readonly #schedule: Schedule;
  readonly #listener: ChannelListener;
  #isClosed = false;

  constructor(schedule: Schedule, listener: ChannelListener) {
    this.#schedule = schedule;
    this.#listener = listener;
  }

  write(bytes: Buffer): boolean {
    const copy = Buffer.from(bytes);
    this.#schedule.after(1, () => this.peer?.hear(copy));
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#schedule.after(1, () => this.peer?.hang());
  }

  hear(bytes: Buffer): void {
    if (!this.#isClosed) this.#listener.onReceived(bytes);
  }

  hang(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener.onClosed({ code: 'closed', detail: 'the other end closed' });
  }
}

/** The fuzzer's connection to a server. */
class Attack {
  /** What the server said last before it closed; `undefined` while it has not. */
  ending: string | undefined;
  #heard = '';
  #listener: ChannelListener | undefined;

  constructor(target: Member) {
    target.links.accept((listener) => {
      this.#listener = listener;
      return {
        write: (bytes) => {
          this.#heard = bytes.toString('latin1');
          return true;
        },
        close: () => (this.ending = this.#heard.slice(0, 'REFUSE'.length)),
      };
    });
  }

  say(bytes: Buffer): void {
    if (this.ending === undefined) this.#listener?.onReceived(bytes);
  }
}

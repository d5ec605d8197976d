import { setImmediate as nextIteration } from 'node:timers/promises';
import { LocationStore } from '#src/store/store.js';
import { openNearbySearch } from '#src/places/nearby-search.js';
import { PlacesCounts } from '#src/places/places-counts.js';
import { createTestService } from '#src/service/service-bench.test.js';
import { RecordView } from '#src/store/record.js';
import { ByteWriter } from '#src/protocol/byte-writer.js';
import { CommandHandler } from '#src/text/command-handler.js';
import { ClientSession, MAX_CONNECTION_COMMANDS } from '#src/text/session.js';
import { TickLog } from '#src/text/tick-log.js';
import { Random } from '../../simulation/random.ts';
import { OPEN_SEA } from '../../support/commands.ts';
import type { Target } from '../fuzz.ts';
import { CLIENT_WORDS, commandLines, KNOWN_CLIENTS } from '../lines.ts';
import { chunks, hashOf } from '../mutate.ts';
import { checkReplies, outcomeOf } from '../replies.ts';
import { DEFAULT_CHOICES } from '#src/places/choices.js';

const SERVER = 'Riley';
const NOW = { seconds: 1_621_464_827, nanoseconds: 959_498_503 };
/** Where there are more places than are wanted, and where there are none. */
const PLACES_OF = ['+34.068930-118.445127', OPEN_SEA];
/** Far longer than any input takes to be answered, in milliseconds. */
const ANSWERED_WITHIN_MS = 10_000;
/** After this many rounds of promises most searches are done; the first one reads a file. */
const QUICK_ROUNDS = 10;

const search = await openNearbySearch(
  {
    provider: 'geonames',
    settings: {},
    key: '',
    choices: DEFAULT_CHOICES,
    calls: undefined,
    budget: undefined,
    cache: {
      ttlMs: 300_000,
      zeroTtlMs: 60_000,
      staleWhileRevalidateMs: 0,
      staleIfErrorMs: 0,
      entries: 10_000,
      tolerance: 0.01,
      folder: undefined,
    },
  },
  {
    onFault({ text }) {
      throw new Error(`the search for places failed: ${text}`);
    },
    counts: new PlacesCounts(),
  },
);

/** The client port without its sockets: sessions of the real commands on the real store. */
export const clientSession: Target = {
  name: 'client session',
  kind: 'client',
  words: CLIENT_WORDS,
  lanes: 1,
  generate: commandLines,
  async run(input) {
    const random = new Random(hashOf(input));
    const session = openSession();
    let received = '';
    const out = new ByteWriter(256);
    const work = (): void => {
      out.length = 0;
      session.work(out);
      const { start, end } = session.takeReplies();
      received += out.bytes.toString('latin1', start, end);
    };
    for (const chunk of chunks(input, random)) {
      session.receive(chunk);
      if (random.chance(0.5)) work();
    }
    session.receiveEnd();
    const deadline = performance.now() + ANSWERED_WITHIN_MS;
    for (let round = 0; !session.done; round++) {
      work();
      if (performance.now() > deadline) throw new Error('not everything is answered');
      if (!session.done) await (round < QUICK_ROUNDS ? undefined : nextIteration());
    }
    checkReplies(input, received, SERVER);
    return outcomeOf(received);
  },
};

function openSession(): ClientSession {
  const store = new LocationStore();
  for (const [index, client] of KNOWN_CLIENTS.entries()) {
    const line = new RecordView();
    const place = PLACES_OF[index];
    const bytes = Buffer.from(
      `AT ${SERVER} +0.459498503 ${client} ${place} 1621464827.5`,
      'latin1',
    );
    if (!line.scan(bytes, 0, bytes.length)) throw new Error('the fuzzer makes no report');
    store.apply(line);
  }
  const service = createTestService({
    server: SERVER,
    store,
    search,
    now: () => NOW,
  });
  return new ClientSession({
    handler: new CommandHandler({ service, log: { write() {} } }),
    waitForCommit() {},
    tickLog: new TickLog(MAX_CONNECTION_COMMANDS),
    logPlain() {},
    logCommands() {},
    logReplies() {},
    admit: undefined,
    wake() {},
    commandsInFlight: 100,
  });
}

import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { TcpHerd } from '#src/client/tcp/index.js';
import { formatAt } from '#src/protocol/reply.js';
import { formatPosix, parseTime } from '#src/protocol/time.js';
import { formatAddress } from '#src/transport/address.js';
import { PACE } from '../chaos/chaos.ts';
import { Random } from '../simulation/random.ts';
import { moment } from '../support/commands.ts';
import { converge } from '../support/convergence.ts';
import { Faults } from '../support/faults.ts';
import { DIAGRAM } from '../support/herd.ts';
import { Ledger } from '../support/ledger.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { pause } from '../support/pause.ts';
import { RelayedHerd } from '../support/relayed-herd.ts';

const SECONDS = 30;
const HERDS = 10;
/** Clients that report at once over each of them, one report after the other. */
const CLIENTS_EACH = 8;
/** The most that a client waits between two reports, in milliseconds. */
const MOST_THINK_MS = 30;
/** Shorter than a server is stopped for at times, so that it is left. */
const SILENCE_MS = 300;
const AT_SEA = { latitude: 0, longitude: -30 };
const SEED = 5;

/** Reports as one client until `stop`, and notes what was confirmed. */
async function reportAs(client: string, herd: TcpHerd, ledger: Ledger, stop: AbortSignal) {
  const random = new Random(SEED);
  for (let n = 1; !stop.aborted; n++) {
    const time = moment(n);
    const { server, skew } = await herd.report({ client, ...AT_SEA, time });
    const posix = formatPosix(parseTime(time) ?? { seconds: 0, nanoseconds: 0 });
    ledger.answered(client, formatAt({ server, skew, client, position: '+00-030', time: posix }));
    await delay(random.next() * MOST_THINK_MS);
  }
}

test(`${SECONDS} s of faults lose no report that was confirmed, and every report is`, async (t) => {
  const { servers, links = [] } = DIAGRAM;
  const settings = { acknowledge: 'received', data: 'none', logs: 'none' } as const;
  await using herd = await RelayedHerd.make({ servers, links, settings, hasGateways: false });
  await herd.serveAll();
  const ledger = new Ledger();
  const faults = new Faults(herd, ledger, { ...PACE, killsAtAnyTime: false });
  const addresses = servers.map((name) => formatAddress(herd.clients(name)));
  const herds = Array.from({ length: HERDS }, (_, n) => {
    const from = n % addresses.length;
    const order = [...addresses.slice(from), ...addresses.slice(0, from)];
    return new TcpHerd({ servers: order, silenceMs: SILENCE_MS, deadlineMs: PATIENCE_MS });
  });
  const stop = new AbortController();
  const reporting = herds.flatMap((each, n) =>
    Array.from({ length: CLIENTS_EACH }, (_, m) =>
      reportAs(`client-${n}-${m}`, each, ledger, stop.signal),
    ),
  );
  const all = Promise.all(reporting);
  const faulting = faults.run(SEED);
  try {
    await Promise.race([pause(SECONDS * 1000, t.signal), faulting, all]);
  } finally {
    faults.stop();
    await Promise.allSettled([faulting]);
    stop.abort();
    await Promise.allSettled(reporting);
    await Promise.all(herds.map((each) => each.close()));
  }
  await faulting;
  await all;
  const { missing } = await converge(herd, ledger.snapshot(), PATIENCE_MS);
  t.diagnostic(JSON.stringify({ confirmed: ledger.answers, faults: faults.counts }));
  assert.deepEqual(missing, []);
  assert.deepEqual(herd.crashes, []);
  assert.equal(ledger.clients, HERDS * CLIENTS_EACH);
  assert.ok(faults.counts.kill > 0 && faults.counts.stop > 0);
});

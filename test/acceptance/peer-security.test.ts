import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { formatHello } from '#src/replication/flood/messages.js';
import { exchange } from '../support/client.ts';
import { locate, moment, OPEN_SEA, report } from '../support/commands.ts';
import type { TestHerd } from '../support/herd.ts';
import { IS_ON_BUN, startCli, type TestProcess } from '../support/process.ts';
import {
  dialHub,
  environment,
  HERD,
  HUB,
  leafKeys,
  LEAVES,
  makeHerd,
  OTHER_SECRET,
  SECRET,
  serve,
  SERVERS,
  untilKnown,
  untilWhole,
} from '../support/secret-herd.ts';
import { having, readLog, untilLink, untilLogged } from '../support/server-log.ts';
import { Tap } from '../support/tap.ts';

/** A server with a secret does not start on Bun: see peer-certificates.test.ts. */
const skip = IS_ON_BUN && 'Bun has no TLS with pre-shared keys';

async function countLogged(
  herd: TestHerd,
  server: string,
  wanted: Readonly<Record<string, unknown>>,
): Promise<number> {
  return having(await readLog(herd.logFile(server)), wanted).length;
}

/** A greeting, as text. */
function hello(server: string): string {
  return formatHello(HERD, server);
}

test('a herd with a secret floods, and catches up after a crash', { skip }, async () => {
  await using herd = await makeHerd();
  const hub = await serve(herd, HUB, SECRET);
  for (const leaf of LEAVES) await serve(herd, leaf, SECRET);
  await untilWhole(herd, 0);

  hub.signal('SIGKILL');
  await hub.exited;
  const [leaf, otherLeaf] = LEAVES;
  const at = await report(herd, leaf, 'missed-by-the-hub', moment(0));
  await serve(herd, HUB, SECRET);
  await untilKnown(herd, [HUB, otherLeaf], 'missed-by-the-hub', at);
  await untilWhole(herd, 1);
});

describe('a server that does not know the secret', { skip }, () => {
  for (const [what, secrets, refusal] of [
    ['but another one', [OTHER_SECRET], 'Jaquez has another secret or herd than Riley'],
    ['nor any other', [], 'it does not speak TLS: it may be configured without a secret'],
  ] as const) {
    test(`${what}, receives nothing and is not listened to`, async () => {
      await using herd = await makeHerd();
      await serve(herd, HUB, SECRET);
      await serve(herd, 'Juzang', SECRET);
      await serve(herd, 'Jaquez', ...secrets);
      const unproven = { event: 'link-failed', code: 'unproven', detail: refusal };
      await untilLogged(herd, HUB, unproven, 2);
      await untilLogged(herd, 'Jaquez', { event: 'link-failed' });

      const at = await report(herd, HUB, 'of-the-herd', moment(0));
      await report(herd, 'Jaquez', 'of-none', moment(0));
      await untilKnown(herd, ['Juzang'], 'of-the-herd', at);
      await untilLogged(herd, HUB, unproven, 4); // each has tried again meanwhile
      assert.equal(await locate(herd, 'Jaquez', 'of-the-herd'), undefined);
      assert.equal(await locate(herd, HUB, 'of-none'), undefined);
      for (const server of [HUB, 'Jaquez']) {
        const neighbour = server === HUB ? 'Jaquez' : HUB;
        assert.equal(await countLogged(herd, server, { event: 'link-up', neighbour }), 0);
      }
    });
  }
});

describe('the peer port of a server with a secret', { skip }, () => {
  test('does not answer a greeting without encryption', async () => {
    await using herd = await makeHerd();
    await serve(herd, HUB, SECRET);
    const bytes = await exchange(herd.peers(HUB), hello('Jaquez'));
    assert.ok(!bytes.includes('HELLO'));
    const detail = 'it does not speak TLS: it may be configured without a secret';
    await untilLogged(herd, HUB, { event: 'link-failed', code: 'unproven', detail });
    assert.equal(await countLogged(herd, HUB, { event: 'link-up' }), 0);
  });

  test('turns away a server that knows the secret and is no neighbour', async () => {
    await using herd = await makeHerd();
    await serve(herd, HUB, SECRET);
    const socket = await dialHub(herd, leafKeys('Mallory', SECRET));
    assert.ok(socket.destroyed);
    const detail = 'Mallory is no neighbour of Riley';
    await untilLogged(herd, HUB, { event: 'link-failed', code: 'unproven', detail });
  });

  test('turns away a neighbour that greets as another one', async () => {
    await using herd = await makeHerd();
    await serve(herd, HUB, SECRET);
    const socket = await dialHub(herd, leafKeys('Jaquez', SECRET));
    socket.write(hello('Juzang'));
    const detail = 'Jaquez has proven itself, and greets as Juzang';
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.equal(answer.toString(), `REFUSE ${detail}\n`);
    await untilLogged(herd, HUB, { event: 'link-failed', code: 'refused', detail });
    assert.equal(await countLogged(herd, HUB, { event: 'link-up' }), 0);
    socket.destroy();
  });

  test('ends a connection on which nothing is proven', async () => {
    await using herd = await makeHerd();
    await serve(herd, HUB, SECRET);
    const socket = connect(herd.peers(HUB)).resume();
    await once(socket, 'close');
    assert.equal(socket.bytesRead, 0);
    await untilLogged(herd, HUB, { event: 'link-failed', code: 'silent' });
  });
});

describe('who is in the middle of a link', { skip }, () => {
  /** Two servers, each of which reaches the other through a tap. */
  async function tapped(t: TestContext): Promise<{ herd: TestHerd; taps: readonly Tap[] }> {
    const herd = await makeHerd();
    const taps: Tap[] = [];
    const processes: TestProcess[] = [];
    // Processes end before their folder goes: one that still ran would make its log again.
    t.after(async () => {
      for (const process of processes) await process[Symbol.asyncDispose]();
      for (const tap of taps) await tap[Symbol.asyncDispose]();
      await herd[Symbol.asyncDispose]();
    });
    const config = await readFile(herd.configFile, 'utf8');
    for (const [server, neighbour] of [
      [HUB, 'Jaquez'],
      ['Jaquez', HUB],
    ] as const) {
      const { host, port } = herd.peers(neighbour);
      const tap = await Tap.start({ host, port });
      taps.push(tap);
      const file = join(herd.folder, `${server}.yaml`);
      await writeFile(file, config.replace(`${host}:${port}`, `${host}:${tap.address.port}`));
      const process = startCli(['serve', server, '--config', file], { env: environment([SECRET]) });
      processes.push(process);
      await process.waitFor(/^ready: /m);
    }
    await untilLink(herd, HUB, 'Jaquez', 'link-up');
    return { herd, taps };
  }

  test('reads nothing of what it passes on', async (t) => {
    const { herd, taps } = await tapped(t);
    const at = await report(herd, HUB, 'kiwi.cs.ucla.edu', moment(0));
    await untilKnown(herd, ['Jaquez'], 'kiwi.cs.ucla.edu', at);
    const passed = taps.flatMap(({ recordings }) =>
      recordings.flatMap(({ fromDialler, fromListener }) => [
        Buffer.concat(fromDialler),
        Buffer.concat(fromListener),
      ]),
    );
    assert.ok(passed.some((bytes) => bytes.length > at.length));
    for (const text of ['kiwi', OPEN_SEA, moment(0), 'HELLO', 'HEARTBEAT', SECRET]) {
      assert.ok(!passed.some((bytes) => bytes.includes(text)), text);
    }
  });

  test('gets nowhere by saying again what a server has said', async (t) => {
    const { herd, taps } = await tapped(t);
    const at = await report(herd, 'Jaquez', 'kiwi', moment(0));
    await untilKnown(herd, [HUB], 'kiwi', at);
    // Of two connections the servers keep the one that Jaquez dialled.
    const [said = []] = (taps[1]?.recordings ?? []).map(({ fromDialler }) => fromDialler);
    assert.ok(said.length > 0);
    const linksUp = await countLogged(herd, HUB, { event: 'link-up' });

    const answer = await exchange(herd.peers(HUB), Buffer.concat(said));
    assert.ok(answer.length > 0);
    const replayed = { event: 'link-failed', neighbour: undefined, code: 'unproven' };
    const [failure] = await untilLogged(herd, HUB, replayed);
    assert.match(String(failure?.['detail']), /^TLS: /);
    assert.equal(await countLogged(herd, HUB, { event: 'link-up' }), linksUp);
  });
});

test('a secret is in nothing that a server writes', { skip }, async () => {
  await using herd = await makeHerd();
  const hub = await serve(herd, HUB, SECRET, OTHER_SECRET);
  const leaf = await serve(herd, 'Jaquez', SECRET);
  const stranger = await serve(herd, 'Juzang', 'a third secret that is not wanted');
  await untilLink(herd, HUB, 'Jaquez', 'link-up');
  await untilLogged(herd, HUB, { event: 'link-failed', code: 'unproven' });
  await untilLogged(herd, 'Juzang', { event: 'link-failed', code: 'unproven' });

  const written = [];
  for (const server of [hub, leaf, stranger]) {
    await server.stop();
    written.push(server.stdout, server.stderr);
  }
  for (const server of SERVERS) written.push(await readFile(herd.logFile(server), 'utf8'));
  const secrets = [SECRET, OTHER_SECRET, 'a third secret that is not wanted'];
  const known = secrets.flatMap((secret) => [
    Buffer.from(secret),
    leafKeys('Jaquez', secret).own.key,
  ]);
  for (const bytes of known) {
    for (const encoding of ['latin1', 'hex', 'base64'] as const) {
      assert.ok(!written.join('\n').includes(bytes.toString(encoding)));
    }
  }
});

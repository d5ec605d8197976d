import type { Address } from '#src/transport/address.js';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { formatHello } from '#src/replication/flood/messages.js';
import { TestClient } from '../support/client.ts';
import { locate, moment, OPEN_SEA, readUntilClosed, report } from '../support/commands.ts';
import { eventually } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { brokenLinks, having, readLog, untilLink, untilLogged } from '../support/server-log.ts';

const HERD = 'test-herd';

/** Who greets a peer port without being a neighbour, and what is made of it. */
const STRANGERS = {
  'an HTTP client': {
    says: 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
    code: 'protocol',
    detail: /not of the link protocol/,
  },
  'random bytes': { says: noise(100_000), code: 'protocol', detail: /not of the link protocol/ },
  'a line without end': { says: 'x'.repeat(1_000_000), code: 'protocol', detail: /link protocol/ },
  'a client': {
    says: `IAMAT kiwi ${OPEN_SEA} ${moment(0)}\n`,
    code: 'protocol',
    detail: /not of the link protocol/,
  },
  'a location before the greeting': {
    says: `CHANGES 1 1 1\nAT Jaquez +1.000000000 kiwi ${OPEN_SEA} ${moment(0)}\n`,
    code: 'protocol',
    detail: /before the greeting/,
  },
  'another herd': {
    says: formatHello('cattle', 'Jaquez'),
    code: 'refused',
    detail: /cattle.*test-herd/,
  },
  'another version': {
    says: formatHello(HERD, 'Jaquez').replace(/\/\d+\./, '/999.'),
    code: 'refused',
    detail: /999\./,
  },
  'a server that is not known': {
    says: formatHello(HERD, 'Mallory'),
    code: 'refused',
    detail: /Mallory/,
  },
  'a server that is no neighbour': {
    says: formatHello(HERD, 'Bernard'),
    code: 'refused',
    detail: /Bernard/,
  },
  'one that says nothing': { says: '', code: 'silent', detail: /3 s/ },
} as const;

test('strangers on a peer port are turned away and logged, and nothing is disturbed', async (t) => {
  await using herd = await TestHerd.make({
    servers: ['Riley', 'Jaquez', 'Bernard'],
    links: [
      ['Riley', 'Jaquez'],
      ['Jaquez', 'Bernard'],
    ],
  });
  await herd.serveAll();
  await untilLink(herd, 'Riley', 'Jaquez', 'link-up');
  const broken = await brokenLinks(herd, 'Riley');

  for (const [n, [name, { says, code, detail }]] of Object.entries(STRANGERS).entries()) {
    // One server logs ten strangers in ten seconds, and how many more there were.
    const server = n % 2 === 0 ? 'Riley' : 'Jaquez';
    await t.test(name, async () => {
      const failed = having(await readLog(herd.logFile(server)), { event: 'link-failed', code });
      await using stranger = await TestClient.connect(herd.peers(server));
      stranger.send(typeof says === 'string' ? Buffer.from(says, 'latin1') : says);
      const received = (await readUntilClosed(stranger)).toString('latin1');
      assert.match(received, code === 'refused' ? /^REFUSE .*\n$/ : /^$/);
      const wanted = { event: 'link-failed', code };
      const logged = (await untilLogged(herd, server, wanted, failed.length + 1)).at(-1);
      assert.equal(logged?.level, 'warn');
      assert.match(String(logged?.['detail']), detail);

      const client = `while-${n}`;
      const at = await report(herd, 'Riley', client, moment(0));
      const what = 'the report crosses to Bernard';
      assert.equal(await eventually(what, () => locate(herd, 'Bernard', client)), at);
    });
  }
  assert.equal(await locate(herd, 'Riley', 'kiwi'), undefined);
  assert.deepEqual(await brokenLinks(herd, 'Riley'), broken, 'its link with Jaquez stays up');
});

test('a neighbour’s address with somebody else on it is logged, and tried again', async () => {
  const impostors: Readonly<Record<string, (socket: Socket) => void>> = {
    Jaquez: (socket) => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),
    Juzang: (socket) => socket.write(formatHello(HERD, 'Jaquez')),
    Bernard: (socket) => socket.destroy(),
    Campbell: () => undefined,
  };
  const causes: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    Jaquez: { code: 'protocol' },
    Juzang: { code: 'refused', detail: 'Jaquez answers where Juzang was dialled' },
    Bernard: { code: 'closed' },
    Campbell: { code: 'silent' },
  };
  const names = Object.keys(impostors);
  await using herd = await TestHerd.make({
    servers: ['Riley', ...names],
    links: names.map((name) => ['Riley', name]),
  });

  {
    await using posing = new Impostors();
    for (const [name, say] of Object.entries(impostors)) await posing.pose(herd.peers(name), say);
    await herd.serve('Riley');
    assert.match(await report(herd, 'Riley', 'kiwi', moment(0)), /^AT Riley /);
    for (const [neighbour, cause] of Object.entries(causes)) {
      await untilLogged(herd, 'Riley', { event: 'link-failed', neighbour, ...cause });
    }
  }
  for (const name of names) {
    await herd.serve(name);
    await untilLink(herd, 'Riley', name, 'link-up');
    await eventually(`${name} gets the client`, () => locate(herd, name, 'kiwi'));
  }
});

test('a neighbour that hangs is dropped, and has everything once it goes on', async () => {
  await using herd = await TestHerd.make({
    servers: ['Riley', 'Jaquez'],
    links: [['Riley', 'Jaquez']],
  });
  await herd.serve('Riley');
  const jaquez = await herd.serve('Jaquez');
  await untilLink(herd, 'Riley', 'Jaquez', 'link-up');
  jaquez.signal('SIGSTOP');
  await untilLogged(herd, 'Riley', { event: 'link-down', neighbour: 'Jaquez', code: 'silent' });
  const at = await report(herd, 'Riley', 'kiwi', moment(0));
  jaquez.signal('SIGCONT');
  assert.equal(await eventually('Jaquez gets it', () => locate(herd, 'Jaquez', 'kiwi')), at);
  await untilLink(herd, 'Riley', 'Jaquez', 'link-up');
});

/** Listeners where servers should be. */
class Impostors implements AsyncDisposable {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  async pose({ host, port }: Address, say: (socket: Socket) => void): Promise<void> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined); // the server under test may hang up in any way
      socket.resume();
      say(socket);
    });
    server.listen({ host, port });
    await once(server, 'listening');
    this.#servers.push(server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#servers.map((server) => once(server, 'close'));
    for (const server of this.#servers) server.close();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }
}

/** Bytes of all values with no order to them: the same each time (Knuth's MMIX generator). */
function noise(length: number): Uint8Array {
  let state = 1n;
  return Uint8Array.from({ length }, () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number(state >> 56n);
  });
}

import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { exchange } from '../support/client.ts';
import { Authority } from '../support/certificate.ts';
import { locate, moment, report } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { CHECKOUT, IS_ON_BUN, runCli, TestProcess } from '../support/process.ts';
import { brokenLinks, having, readLog, untilLink, untilLogged } from '../support/server-log.ts';

/** Jaquez and Juzang have a link with Riley, and none with each other. */
const [HUB, LEAVES] = ['Riley', ['Jaquez', 'Juzang']] as const;
const SERVERS = [HUB, ...LEAVES];

const AUTHORITY = new Authority('authority of the herd');

/** A herd whose servers prove themselves by certificates: each has its own, issued by the authority. */
async function makeHerd(): Promise<TestHerd> {
  const herd = await TestHerd.make({ servers: SERVERS, links: LEAVES.map((leaf) => [HUB, leaf]) });
  await mkdir(join(herd.folder, 'tls'));
  for (const server of SERVERS) await install(herd, server, AUTHORITY, AUTHORITY);
  const files =
    "certFile: 'tls/{server}.pem', keyFile: 'tls/{server}.key', caFile: 'tls/{server}.ca'";
  await appendFile(herd.configFile, `peerTls: { ${files} }\n`);
  return herd;
}

/** Gives a server a new certificate of `issuer`, and belief in `believed`. */
async function install(
  herd: TestHerd,
  server: string,
  issuer: Authority,
  ...believed: Authority[]
): Promise<void> {
  const { cert, key } = issuer.issue({ name: server });
  const authorities = believed.map(({ certificate }) => certificate.cert).join('');
  for (const [end, text] of [
    ['pem', cert],
    ['key', key],
    ['ca', authorities],
  ] as const) {
    await writeFile(join(herd.folder, 'tls', `${server}.${end}`), text);
  }
}

/** Waits until each server knows what is reported to any other. */
async function untilWhole(herd: TestHerd, time: number): Promise<void> {
  for (const origin of SERVERS) {
    const at = await report(herd, origin, `reported-to-${origin}`, moment(time));
    for (const server of SERVERS) {
      await eventuallyTrue(`${server} knows what was reported to ${origin}`, async () => {
        return (await locate(herd, server, `reported-to-${origin}`)) === at;
      });
    }
  }
}

test('a herd with certificates floods, all servers of one configuration', async () => {
  await using herd = await makeHerd();
  await herd.up();
  await untilWhole(herd, 0);
  const keys = await Promise.all(
    SERVERS.map((server) => readFile(join(herd.folder, 'tls', `${server}.key`), 'utf8')),
  );
  for (const server of SERVERS) {
    const log = await readFile(herd.logFile(server), 'utf8');
    for (const key of keys) assert.ok(!log.includes(key.split('\n')[1] ?? key));
  }
});

test('a server whose certificate nobody accepts receives nothing, and is not listened to', async () => {
  await using herd = await makeHerd();
  await install(herd, 'Jaquez', new Authority('another authority'), AUTHORITY);
  await herd.serveAll();
  const detail = 'its certificate is of none of the authorities that this server believes';
  await untilLogged(herd, HUB, { event: 'link-failed', code: 'unproven', detail }, 2);
  await untilLogged(herd, 'Jaquez', { event: 'link-failed', code: 'unproven' });

  await untilLink(herd, HUB, 'Juzang', 'link-up');
  const at = await report(herd, HUB, 'of-the-herd', moment(0));
  await report(herd, 'Jaquez', 'of-none', moment(0));
  await eventuallyTrue('Juzang knows', async () => {
    return (await locate(herd, 'Juzang', 'of-the-herd')) === at;
  });
  assert.equal(await locate(herd, 'Jaquez', 'of-the-herd'), undefined);
  assert.equal(await locate(herd, HUB, 'of-none'), undefined);
  const ups = having(await readLog(herd.logFile('Jaquez')), { event: 'link-up' });
  assert.deepEqual(ups, []);
});

test('the peer port of a server with certificates does not answer in clear', async () => {
  await using herd = await makeHerd();
  await herd.serve(HUB);
  const bytes = await exchange(
    herd.peers(HUB),
    'HELLO proxy-herd/1.0 test-herd Jaquez epoch - 0\n',
  );
  assert.ok(!bytes.includes('HELLO'));
  const detail = 'it does not speak TLS: it may be configured without a certificate';
  await untilLogged(herd, HUB, { event: 'link-failed', code: 'unproven', detail });
});

test('an authority is replaced on SIGHUP, without a restart and with all links up', async () => {
  await using herd = await makeHerd();
  const processes = await herd.serveAll();
  await untilWhole(herd, 0);
  const successor = new Authority('the next authority of the herd');
  const rounds = [
    [AUTHORITY, AUTHORITY, successor], // everybody believes both
    [successor, AUTHORITY, successor], // everybody has a new certificate
    [successor, successor], // nobody believes the old one any more
  ] as const;
  let renewals = 0;
  for (const [issuer, ...believed] of rounds) {
    renewals += 1;
    for (const server of SERVERS) {
      await install(herd, server, issuer, ...believed);
      processes.get(server)?.signal('SIGHUP');
      await untilLogged(herd, server, { event: 'certificate-renewed', port: 'peers' }, renewals);
    }
  }
  for (const server of SERVERS) {
    assert.deepEqual(await brokenLinks(herd, server), [], server);
  }

  // Links that are made from now on are proven by the new ones alone.
  await processes.get(HUB)?.stop();
  await herd.serve(HUB);
  await untilWhole(herd, 1);
});

test('a certificate that cannot be used stops the start, and at SIGHUP is reported and not taken', async () => {
  await using herd = await makeHerd();
  const hub = await herd.serve(HUB);
  const { cert, key } = AUTHORITY.issue({ name: 'Jaquez' });
  await writeFile(join(herd.folder, 'tls', `${HUB}.pem`), cert);
  await writeFile(join(herd.folder, 'tls', `${HUB}.key`), key);
  hub.signal('SIGHUP');
  await hub.waitFor(/^proxy-herd: .* stays as it is\n/m, 'stderr');
  assert.match(hub.stderr, /peerTls: Riley: the certificate does not name this server .*CN=Jaquez/);
  await herd.serve('Juzang');
  await untilLink(herd, HUB, 'Juzang', 'link-up');

  await hub.stop();
  await assert.rejects(
    herd.serve(HUB),
    /peerTls: Riley: the certificate does not name this server/,
  );
});

test(
  'a server that cannot prove a secret does not start with one, and names the remedy',
  {
    skip: !IS_ON_BUN && 'Node has TLS with pre-shared keys',
  },
  async () => {
    await using herd = await TestHerd.make({ servers: [HUB] });
    for (const command of [['serve', HUB], ['up'], ['check']]) {
      const { code, stdout, stderr } = await runCli([...command, '--config', herd.configFile], {
        env: { PROXY_HERD_SECRET: 'a secret of sixteen bytes' },
      });
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(
        stderr,
        /this runtime has no TLS with pre-shared keys.*: use certificates \(peerTls\), or Node/,
      );
    }
  },
);

test(
  'servers on Node and on Bun are one herd',
  {
    skip: !IS_ON_BUN && 'it needs both runtimes',
  },
  async () => {
    await using herd = await makeHerd();
    for (const leaf of LEAVES) await herd.serve(leaf);
    const cli = join(CHECKOUT, 'dist/bin/main.js');
    const args = [cli, 'serve', HUB, '--config', herd.configFile];
    await using hub = new TestProcess(process.execPath, args);
    await hub.waitFor(/^ready: /m);
    await untilWhole(herd, 0);
  },
);

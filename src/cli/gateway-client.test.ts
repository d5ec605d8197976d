import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

import { createToken, TOKEN_BYTES } from '../access/token.ts';
import type { CliError } from './errors.ts';
import { openGateway, type GatewayOptions } from './gateway-client.ts';
import type { GatewayError, GatewayErrorKind } from './gateway-error.ts';

const TOKEN = createToken(Buffer.alloc(TOKEN_BYTES, 7));
const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-gateway-'));
const servers: Server[] = [];
after(async () => {
  for (const server of servers) server.close();
  await rm(folder, { recursive: true });
});

/** Listens as a gateway would; its URL. */
async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A URL at which nothing listens. */
async function nothing(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

/** A configuration whose servers have gateways at these URLs. */
async function configOf(gateways: Readonly<Record<string, string>>): Promise<string> {
  const lines = Object.entries(gateways).map(([name, url], index) => {
    const [clients, peers] = [`127.0.0.1:${10 + index}`, `127.0.0.1:${30 + index}`];
    const gateway = url.replace('http://', '');
    return `  ${name}: { clients: ${clients}, peers: ${peers}, gateway: ${gateway} }\n`;
  });
  const file = join(folder, `${Object.keys(gateways).join('-')}.yaml`);
  await writeFile(file, `servers:\n${lines.join('')}`);
  return file;
}

async function json(
  options: GatewayOptions,
  environment: NodeJS.ProcessEnv = {},
): Promise<{ value: unknown; where: string }> {
  const gateway = await openGateway(options, environment, '--operate');
  try {
    return { value: await gateway.json('/v1/herd?x=1'), where: gateway.where };
  } finally {
    await gateway.close();
  }
}

const echo: RequestListener = ({ url, headers: { authorization = 'none' } }, response) => {
  response.end(JSON.stringify({ url, authorization }));
};

test('a gateway is asked at its URL, with the path that is part of it', async () => {
  const url = await listen(echo);
  const { value, where } = await json({ gateway: `${url}/behind/` });
  assert.deepEqual(value, { url: '/behind/v1/herd?x=1', authorization: 'none' });
  assert.equal(where, `${url}/behind`);
});

test('the token is that of the file, else of the environment', async () => {
  const gateway = await listen(echo);
  const environment = { PROXY_HERD_TOKEN: `${TOKEN}\n` };
  const tokenFile = join(folder, 'token');
  const other = createToken(Buffer.alloc(TOKEN_BYTES, 8));
  await writeFile(tokenFile, `${other}\n`);
  const shown = async (options: GatewayOptions): Promise<unknown> =>
    ((await json(options, environment)).value as { authorization: string }).authorization;
  assert.equal(await shown({ gateway }), `Bearer ${TOKEN}`);
  assert.equal(await shown({ gateway, tokenFile }), `Bearer ${other}`);
});

describe('of a configuration', () => {
  test('the first gateway that answers is asked, and is the first to be asked again', async () => {
    let asked = 0;
    const counting: RequestListener = (request, response) => {
      asked += 1;
      echo(request, response);
    };
    const config = await configOf({
      A: await nothing(),
      B: await listen(counting),
      C: await listen(echo),
    });
    const gateway = await openGateway({ config }, {}, '');
    for (let n = 1; n <= 3; n++) {
      await gateway.json('/');
      assert.match(gateway.where, /^the gateway of B at /);
      assert.equal(asked, n);
    }
    await gateway.close();
  });

  test('the gateway of the server that is named is asked', async () => {
    const config = await configOf({ A: await listen(echo), D: await listen(echo) });
    assert.match((await json({ config, server: 'D' })).where, /^the gateway of D at /);
  });

  test('all that were tried are named where none answers', async () => {
    const config = await configOf({ E: await nothing(), F: await nothing() });
    await assert.rejects(json({ config }), ({ kind, lines, exitStatus }: GatewayError) => {
      assert.deepEqual([kind, exitStatus, lines.length], ['unreachable', 1, 3]);
      assert.match(lines[0] ?? '', /^cannot reach the gateway of E at \S+: nothing listens there$/);
      assert.match(lines[2] ?? '', /^no gateway answers: start the herd /);
      return true;
    });
  });
});

describe('an answer that is not one of success', () => {
  const problem =
    (status: number, detail: string): RequestListener =>
    (_, response) => {
      response.writeHead(status).end(JSON.stringify({ detail }));
    };
  const cases: readonly [string, RequestListener, NodeJS.ProcessEnv, GatewayErrorKind, RegExp][] = [
    [
      'a token is asked for',
      problem(401, 'x'),
      {},
      'unauthorized',
      /asks for a token: .* --operate/,
    ],
    [
      'the token is no good',
      problem(401, 'x'),
      { PROXY_HERD_TOKEN: TOKEN },
      'unauthorized',
      /does not accept the token: it is unknown there, expired or revoked/,
    ],
    [
      'the token is not for this',
      problem(403, 'no\u001b[2J'),
      {},
      'forbidden',
      /: no \[2J; make a/,
    ],
    ['there is a problem', problem(503, 'full'), {}, 'problem', /answers: full$/],
    [
      'it is no gateway',
      (_, response) => response.end('<html>'),
      {},
      'foreign',
      /no gateway of a herd/,
    ],
    [
      'it sends on to somewhere else',
      (_, response) => response.writeHead(302, { location: '/' }).end(),
      {},
      'foreign',
      /HTTP status 302/,
    ],
    ['it breaks off', (_, response) => response.destroy(), {}, 'unreachable', /cannot reach/],
  ];
  for (const [why, answer, environment, kind, message] of cases) {
    test(why, async () => {
      const gateway = await listen(answer);
      await assert.rejects(json({ gateway }, environment), (error: GatewayError) => {
        assert.equal(error.kind, kind);
        assert.match(error.message, message);
        assert.ok(!error.message.includes(TOKEN));
        return true;
      });
    });
  }
});

describe('a usage error', () => {
  const cases: readonly [string, GatewayOptions, NodeJS.ProcessEnv, RegExp][] = [
    ['a URL with a password', { gateway: 'http://u:secret@h' }, {}, /^--gateway: expected an http/],
    ['a URL of another scheme', { gateway: 'ftp://h' }, {}, /^--gateway: expected an http/],
    ['two gateways', { gateway: 'http://h', server: 'A' }, {}, /found both/],
    [
      'no token in the variable',
      { gateway: 'http://h' },
      { PROXY_HERD_TOKEN: 'hunter2' },
      /has no token/,
    ],
  ];
  for (const [why, options, environment, message] of cases) {
    test(why, async () => {
      await assert.rejects(openGateway(options, environment, ''), (error: CliError) => {
        assert.equal(error.exitStatus, 2);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /secret|hunter2/);
        return true;
      });
    });
  }

  test('a configuration whose servers have no gateway', async () => {
    const config = join(folder, 'none.yaml');
    await writeFile(config, 'servers: { A: { clients: a:1, peers: a:2, gateway: none } }\n');
    await assert.rejects(openGateway({ config }, {}, ''), /no server of .* has a gateway/);
    await assert.rejects(
      openGateway({ config, server: 'A' }, {}, ''),
      /^\S*.*A of .* has no gateway/,
    );
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import test from 'node:test';
import { HistoryFile } from '#src/cli/prompt/history-file.js';
import { Prompt } from '#src/cli/prompt/prompt.js';
import type { Target } from '#src/cli/send/target.js';
import { styleOf } from '#src/cli/style.js';
import type { Address } from '#src/transport/address.js';
import { eventually } from '../support/eventually.ts';
import { TestFolder } from '../support/folder.ts';
import { OwnServer } from '../support/own-server.ts';
import { accessOptions, TOKENS } from '../support/access.ts';

/* The prompt of `send` in this process: what would be a terminal's keys and screen are streams. */

const CTRL_C = '\x03';
const CTRL_D = '\x04';
const UP = '\x1b[A';

class TypedPrompt implements AsyncDisposable {
  readonly historyFile: string;
  readonly #folder: TestFolder;
  readonly #input = new PassThrough();
  readonly #ended: Promise<number>;
  #shown = '';

  private constructor(folder: TestFolder, servers: Readonly<Record<string, Address>>) {
    this.#folder = folder;
    this.historyFile = join(folder.path, 'history');
    const [first, ...others] = Object.entries(servers).map(([name, address]): Target => {
      return { name, address, where: name, trust: undefined };
    });
    assert.ok(first !== undefined);
    const output = new PassThrough();
    output.on('data', (bytes: Buffer) => (this.#shown += bytes.toString()));
    const prompt = new Prompt({
      input: this.#input,
      output,
      style: styleOf(false),
      history: new HistoryFile(this.historyFile, (detail) => assert.fail(detail)),
      targets: { all: [first, ...others], config: undefined, deadlineMs: 10_000 },
      target: first,
      token: undefined,
      deadlineMs: 10_000,
      nowMs: () => 1_621_464_827_250,
    });
    this.#ended = prompt.run();
  }

  static async open(servers: Readonly<Record<string, Address>>): Promise<TypedPrompt> {
    return new TypedPrompt(await TestFolder.make(), servers);
  }

  type(keys: string): void {
    this.#input.write(keys);
  }

  /** Waits until it has shown this since the last time; escapes of the terminal are left out. */
  async shows(pattern: RegExp): Promise<void> {
    await eventually(`the prompt shows ${pattern}`, async () => {
      // oxlint-disable-next-line no-control-regex -- that is what they are
      const text = this.#shown.replace(/\x1b\[[\d;]*[A-Za-z]/g, '');
      return pattern.test(text) ? true : undefined;
    });
    this.#shown = '';
  }

  /** Ends it as Ctrl-D does; resolves to how many commands were invalid. */
  end(): Promise<number> {
    this.type(CTRL_D);
    return this.#ended;
  }

  history(): Promise<string> {
    return readFile(this.historyFile, 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#input.end();
    await this.#ended;
    await this.#folder[Symbol.asyncDispose]();
  }
}

test('commands are typed, completed, answered with their latency, and kept', async () => {
  await using server = await OwnServer.start({});
  await using prompt = await TypedPrompt.open({ Riley: server.clients, Other: server.clients });
  await prompt.shows(/^Riley: help shows what can be typed, Ctrl-D ends\nRiley> $/m);
  prompt.type('ia\t');
  await prompt.shows(/IAMAT $/);
  prompt.type('kiwi +34.068930-118.445127 \t');
  await prompt.shows(/1621464827\.250$/);
  prompt.type('\r');
  await prompt.shows(
    /AT Riley \+\d+\.\d{9} kiwi \+34\.068930-118\.445127 1621464827\.250 {2}\([\d.]+ ms\)\n/,
  );
  prompt.type('WHATSAT k\t');
  await prompt.shows(/kiwi $/);
  prompt.type('10 1\r');
  await prompt.shows(/AT Riley .* kiwi .* {2}\([\d.]+ ms\)\n\{\n {3}"html_attributions"[^]*\n\}\n/);
  prompt.type('Zoë?\r');
  await prompt.shows(/\? Zoë\? {2}\([\d.]+ ms\)\n {2}no such command; help lists them\n/);
  prompt.type('.server O\t');
  await prompt.shows(/Other$/);
  prompt.type('\r');
  await prompt.shows(/Other> $/);
  prompt.type('help\r');
  await prompt.shows(/IAMAT CLIENT POSITION TIME/);
  assert.equal(await prompt.end(), 1);
  assert.equal(
    await prompt.history(),
    'IAMAT kiwi +34.068930-118.445127 1621464827.250\nWHATSAT kiwi 10 1\nZoë?\n.server Other\nhelp\n',
  );
});

test('a token that is typed is neither kept nor brought back', async () => {
  await using server = await OwnServer.start({
    access: accessOptions({ clients: 'always', gateway: 'always' }),
  });
  await using prompt = await TypedPrompt.open({ Riley: server.clients });
  prompt.type('HELLO\r');
  await prompt.shows(/\? HELLO {2}/);
  prompt.type(`AUTH ${TOKENS.right.token}\r`);
  await prompt.shows(/AUTH right {2}\([\d.]+ ms\)\n/);
  prompt.type(`AUTH ${TOKENS.wrong.token}\r`);
  await prompt.shows(/\? AUTH {2}\([\d.]+ ms\)\n {2}the token is not accepted/);
  prompt.type(UP);
  await prompt.shows(/HELLO$/);
  assert.equal(await prompt.history(), 'HELLO\n');
});

test('Ctrl-C gives up the line, and Ctrl-D within one does not end', async () => {
  await using server = await OwnServer.start({});
  await using prompt = await TypedPrompt.open({ Riley: server.clients });
  prompt.type(`WRONG${CTRL_D}${CTRL_C}`);
  await prompt.shows(/WRONG.*\^C\nRiley> /);
  prompt.type(CTRL_C);
  await prompt.shows(/\^C\n\(Ctrl-D ends\)\nRiley> /);
  prompt.type('RIGHT\r');
  await prompt.shows(/\? RIGHT {2}/);
  assert.equal(await prompt.history(), 'RIGHT\n');
});

test('a connection that is lost is told, and the next command makes another', async () => {
  const lines: string[] = [];
  const answering = createServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      lines.push(bytes.toString());
      if (lines.length === 1) socket.end();
      else socket.end('? \x1b[2J two\n');
    });
  });
  await once(answering.listen(0, '127.0.0.1'), 'listening');
  try {
    const { port } = answering.address() as AddressInfo;
    await using prompt = await TypedPrompt.open({ Riley: { host: '127.0.0.1', port } });
    prompt.type('one\r');
    await prompt.shows(/lost Riley: it closed the connection; 1 without a reply\n/);
    prompt.type('two\r');
    await prompt.shows(/\? \\x1b\[2J two\n/); // what a server says does not steer the terminal
    assert.deepEqual(lines, ['one\n', 'two\n']);
  } finally {
    answering.close();
  }
});

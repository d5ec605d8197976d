import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { complete } from './complete.ts';
import { hintOf } from './help.ts';
import { hasSecret, HistoryFile, historyPath, MAX_HISTORY_LINES } from './history-file.ts';
import { readTypedLine } from './typed-line.ts';

const WORDS = { servers: ['Riley', 'Jaquez', 'Juzang'], clients: ['kiwi', 'emu'], time: '17.250' };

test('commands, servers, clients and the time are completed where they belong', () => {
  for (const [line, wanted] of [
    ['', [['IAMAT ', 'WHATSAT ', '.help ', '.server ', '.exit '], '']],
    ['wh', [['WHATSAT '], 'wh']],
    ['.server ', [['Riley', 'Jaquez', 'Juzang'], '']],
    ['.server ju', [['Juzang'], 'ju']],
    ['  IAMAT k', [['kiwi '], 'k']],
    ['IAMAT kiwi +1-2 ', [['17.250'], '']],
    ['IAMAT kiwi +1-2 17', [['17.250'], '17']],
    ['IAMAT kiwi +1-2 17.250 ', [[], '']],
    ['IAMAT kiwi ', [[], '']],
    ['WHATSAT kiwi 10 ', [[], '']],
    ['HELLO k', [[], 'k']],
  ] as const) {
    assert.deepEqual(complete(line, WORDS), wanted, line);
  }
});

test('a line is a command of the prompt, or the server has it', () => {
  assert.deepEqual(readTypedLine(' \t'), { kind: 'nothing' });
  assert.deepEqual(readTypedLine('help'), { kind: 'help' });
  assert.deepEqual(readTypedLine(' .help me'), { kind: 'help' });
  assert.deepEqual(readTypedLine('quit'), { kind: 'exit' });
  assert.deepEqual(readTypedLine('.server'), { kind: 'server', name: undefined });
  assert.deepEqual(readTypedLine('.server Riley'), { kind: 'server', name: 'Riley' });
  assert.deepEqual(readTypedLine('.srver'), { kind: 'unknown', name: '.srver' });
  assert.deepEqual(readTypedLine(' HELLO '), { kind: 'command', text: ' HELLO ' });
});

test('what is probably wrong with a command is said', () => {
  assert.match(hintOf('iamat kiwi +1-2 3'), /^expected IAMAT /);
  assert.match(hintOf('WHATSAT kiwi 10'), /^expected WHATSAT /);
  assert.match(hintOf('WHATSAT kiwi 10 5'), /no server knows/);
  assert.match(hintOf('IAMAT kiwi +1-2 3'), /refused/);
  assert.match(hintOf('HELLO'), /no such command/);
});

test('the history is in the folder of the XDG specification', () => {
  const under = '/home/kiwi/.local/state/proxy-herd/history';
  assert.equal(historyPath({}, '/home/kiwi'), under);
  assert.equal(historyPath({ XDG_STATE_HOME: 'state' }, '/home/kiwi'), under);
  assert.equal(historyPath({ XDG_STATE_HOME: '/state' }, '/x'), '/state/proxy-herd/history');
});

const TOKEN = `ph_${'0123456789abcdef'.repeat(2)}`;

test('what has a token is a secret', () => {
  for (const line of ['AUTH', 'AUTH x', ' auth\tx', `HELLO ${TOKEN}`]) assert.ok(hasSecret(line));
  for (const line of ['AUTHOR', 'IAMAT AUTH +1-2 3']) assert.ok(!hasSecret(line), line);
});

function historyFile(context: TestContext): {
  path: string;
  troubles: string[];
  file: HistoryFile;
} {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-herd-history-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'state', 'proxy-herd', 'history');
  const troubles: string[] = [];
  return { path, troubles, file: new HistoryFile(path, (detail) => troubles.push(detail)) };
}

test('lines are kept over runs, for their owner alone, and without secrets', (context) => {
  const { path, troubles, file } = historyFile(context);
  assert.deepEqual(file.load(), []);
  for (const line of ['one', '  ', `AUTH ${TOKEN}`, 'two']) file.append(line);
  assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\n');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(dirname(path)).mode & 0o777, 0o700);
  assert.deepEqual(new HistoryFile(path, () => undefined).load(), ['one', 'two']);
  assert.deepEqual(troubles, []);
});

test('a history of others is made private, rid of secrets and cut to its bound', (context) => {
  const { path, file } = historyFile(context);
  mkdirSync(dirname(path), { recursive: true });
  const lines = Array.from({ length: 2 * MAX_HISTORY_LINES }, (_, n) => `line ${n}`);
  writeFileSync(path, ['AUTH x', ...lines, ''].join('\n'), { mode: 0o644 });
  assert.deepEqual(file.load(), lines.slice(-MAX_HISTORY_LINES));
  assert.equal(readFileSync(path, 'utf8'), `${lines.slice(-MAX_HISTORY_LINES).join('\n')}\n`);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('a history that cannot be kept is told once', (context) => {
  const { path, troubles, file } = historyFile(context);
  mkdirSync(path, { recursive: true });
  assert.deepEqual(file.load(), []);
  file.append('one');
  assert.deepEqual(troubles, [`the history ${path} is not kept: it is a folder`]);
});

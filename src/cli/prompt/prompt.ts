import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import { createInterface, type Interface } from 'node:readline/promises';
import { redactTokens } from '../../protocol/redact-tokens.ts';
import { formatMs } from '../duration.ts';
import { CliError } from '../errors.ts';
import type { Reply } from '../replies/reply-reader.ts';
import { findTarget, type Target, type Targets } from '../send/target.ts';
import { visible, type Style } from '../style.ts';
import { complete } from './complete.ts';
import { HELP, hintOf } from './help.ts';
import { hasSecret, MAX_HISTORY_LINES, type HistoryFile } from './history-file.ts';
import { ServerConnection } from './server-connection.ts';
import { readTypedLine } from './typed-line.ts';

/** What a prompt is made with. */
export interface PromptParts {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly style: Style;
  readonly history: HistoryFile;
  readonly targets: Targets;
  readonly target: Target;
  readonly token: string | undefined;
  readonly deadlineMs: number;
  /** The present time, in milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** Takes commands that are typed, one a line, and prints the replies as they come. */
export class Prompt {
  readonly #parts: PromptParts;
  readonly #terminal: Interface;
  /** For completion. */
  readonly #clients = new Set<string>();
  #target: Target;
  #connection: ServerConnection;
  #isClosed = false;
  #isExitTyped = false;
  #invalid = 0;

  constructor(parts: PromptParts) {
    this.#parts = parts;
    this.#target = parts.target;
    this.#connection = this.#connectTo(parts.target);
    const { input, output, history } = parts;
    const lines = history.load();
    for (const line of lines) this.#noteClient(line);
    this.#terminal = createInterface({
      input,
      output,
      terminal: true,
      prompt: promptOf(parts.target),
      history: lines.toReversed(),
      historySize: MAX_HISTORY_LINES,
      removeHistoryDuplicates: true,
      completer: (line: string) => this.#complete(line),
    });
  }

  /** Runs until the user ends it. Resolves to how many commands were answered with a question mark. */
  async run(): Promise<number> {
    const terminal = this.#terminal;
    const closed = new Promise<void>((resolve) => terminal.once('close', resolve));
    // It is changed in place: the arrow keys bring no secret back, either.
    terminal.on('history', (history: string[]) => {
      if (hasSecret(history[0] ?? '')) history.shift();
    });
    terminal.on('line', (line) => this.#takeLine(line));
    terminal.on('SIGINT', () => this.#abandonLine());
    this.#print(`${this.#target.where}: help shows what can be typed, Ctrl-D ends\n`);
    await closed;
    this.#isClosed = true;
    if (!this.#isExitTyped) this.#parts.output.write('\n'); // the cursor is behind the prompt
    await this.#connection.finish();
    return this.#invalid;
  }

  #takeLine(line: string): void {
    this.#parts.history.append(line);
    const typed = readTypedLine(line);
    if (typed.kind === 'exit') {
      this.#isExitTyped = true;
      return this.#terminal.close();
    }
    if (typed.kind === 'help') this.#print(HELP);
    if (typed.kind === 'unknown') this.#complain(`no command ${typed.name}; .help lists them`);
    if (typed.kind === 'server') this.#change(typed.name);
    if (typed.kind === 'command') {
      this.#noteClient(typed.text);
      this.#connection.send(Buffer.from(typed.text).toString('latin1'));
    }
    this.#terminal.prompt();
  }

  /** As a shell does: the line is given up, and the next begins. */
  #abandonLine(): void {
    const terminal = this.#terminal;
    const isEmpty = terminal.line === '';
    terminal.write(null, { ctrl: true, name: 'e' });
    this.#parts.output.write(`^C\n${isEmpty ? '(Ctrl-D ends)\n' : ''}`);
    terminal.write(null, { ctrl: true, name: 'u' });
    terminal.prompt();
  }

  #change(name: string | undefined): void {
    const { targets } = this.#parts;
    if (name === undefined) {
      const names = targets.all.map((target) => target.name);
      return this.#complain(`.server takes one of ${names.join(', ')}`);
    }
    try {
      const target = findTarget(targets, name);
      if (target === this.#target) return;
      void this.#connection.finish(); // its last replies are printed as they come
      this.#target = target;
      this.#connection = this.#connectTo(target);
      this.#terminal.setPrompt(promptOf(target));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      this.#complain(error.message);
    }
  }

  #connectTo(target: Target): ServerConnection {
    const { token, deadlineMs } = this.#parts;
    return new ServerConnection({
      target,
      token,
      deadlineMs,
      onReply: (reply, command, tookMs) => this.#showReply(reply, command, tookMs),
      onTrouble: (detail) => this.#complain(detail),
    });
  }

  #showReply(
    { line, places }: Reply,
    command: string | undefined,
    tookMs: number | undefined,
  ): void {
    const { style } = this.#parts;
    const took = tookMs === undefined ? '' : style.dim(`  (${formatMs(tookMs)})`);
    const isInvalid = line.startsWith('? ');
    if (isInvalid) this.#invalid += 1;
    const first = isInvalid ? style.yellow(shown(line)) : shown(line);
    const hint = isInvalid && command !== undefined ? `${style.dim(`  ${hintOf(command)}`)}\n` : '';
    const rest = places === undefined ? '' : `${places.split('\n').map(shown).join('\n')}\n`;
    this.#print(`${first}${took}\n${hint}${rest}`);
  }

  #complain(detail: string): void {
    this.#print(`${this.#parts.style.red(visible(detail))}\n`);
  }

  /** Prints above the line that is being typed, which stays. */
  #print(text: string): void {
    const { output } = this.#parts;
    if (this.#isClosed) return void output.write(text);
    moveCursor(output, 0, -this.#terminal.getCursorPos().rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    output.write(text);
    this.#terminal.prompt(true);
  }

  #complete(line: string): Promise<[string[], string]> {
    const { targets, nowMs } = this.#parts;
    const servers = targets.all.map(({ name }) => name);
    const time = (nowMs() / 1000).toFixed(3);
    return Promise.resolve(complete(line, { servers, clients: [...this.#clients], time }));
  }

  #noteClient(line: string): void {
    const [, client] = /^\s*(?:IAMAT|WHATSAT)\s+(\S+)/.exec(line) ?? [];
    if (client !== undefined) this.#clients.add(client);
  }
}

function promptOf({ name }: Target): string {
  return `${name}> `;
}

/** Text of a reply, one character a byte, as a terminal shows it; without a token that comes back as it was sent. */
function shown(latin1: string): string {
  return redactTokens(visible(Buffer.from(latin1, 'latin1').toString()));
}

import { signal } from '@preact/signals';

import type { Exchange } from './exchange.ts';
import { postCommands } from './post-commands.ts';

/** So many exchanges are kept, the newest first, and so many lines to go back to. */
const MOST = 50;

/** The last exchanges, the newest first. They are gone with the page. */
export const exchanges = signal<readonly Exchange[]>([]);

/** The lines that were sent, the newest last. One that shows a token is not kept. */
export const sentLines = signal<readonly string[]>([]);

let lastId = 0;

/** Sends a line to a server, with its line end. */
export async function sendLine(line: string, server: string, gateway: string): Promise<void> {
  const id = ++lastId;
  const sent = new TextEncoder().encode(`${line}\n`);
  const shown = line.trimStart().startsWith('AUTH') ? new TextEncoder().encode('AUTH ***\n') : sent;
  const begun = { id, server, atMs: Date.now(), sent: shown };
  exchanges.value = [{ ...begun, state: { kind: 'waiting' as const } }, ...exchanges.value].slice(
    0,
    MOST,
  );
  if (shown === sent && sentLines.value.at(-1) !== line) {
    sentLines.value = [...sentLines.value, line].slice(-MOST);
  }
  const state = await postCommands(gateway, sent);
  exchanges.value = exchanges.value.map((each) => (each.id === id ? { ...begun, state } : each));
}

/** Forgets what was sent and what came. */
export function clearExchanges(): void {
  exchanges.value = [];
}

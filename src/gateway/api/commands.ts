import { z } from 'zod';

import { MAX_COMMANDS, MAX_COMMANDS_BYTES } from '../http/limits.ts';
import { Problem } from '../http/problems.ts';
import type { ApiContext } from './context.ts';
import { defineRoute, NOTHING, type Answer, type Route } from './route.ts';

/** Not text/plain: a page of another site could send that without asking, and report as anybody. */
const BYTES = 'application/octet-stream';
const LF = 0x0a;
/** How long all commands may take, in milliseconds: several times what the slowest source of places may. */
const ANSWERED_WITHIN_MS = 30_000;

const DESCRIPTION =
  'The bytes are taken as those of a client that connects to the client port, sends them, and ends its side: whatever is no command is answered with `?` and a copy. ' +
  'A token that is shown counts for the commands as if `AUTH` had sent it; what it does not cover is answered with `?` as well.';

/** Commands of the text protocol, for those who have no TCP connection, such as pages. */
export function commandsRoute({ answerCommands }: ApiContext): Route {
  return defineRoute({
    method: 'POST',
    path: '/v1/commands',
    name: 'postCommands',
    summary:
      'Commands of the text protocol, answered by this server with the exact bytes that its client port would send',
    description: DESCRIPTION,
    scope: 'any',
    params: NOTHING,
    query: NOTHING,
    body: {
      types: [BYTES],
      maxBytes: MAX_COMMANDS_BYTES,
      schema: z.string().describe(`At most ${MAX_COMMANDS} lines`),
    },
    answers: {
      200: {
        description: 'The replies, in the order in which they were ready',
        content: { [BYTES]: z.string() },
      },
    },
    problems: ['commands-timeout'],
    handle: ({ caller, remote, signal, body }) =>
      body(async (bytes): Promise<Answer> => {
        requireFew(bytes);
        const { replies, isComplete } = await answerCommands({
          bytes,
          remote,
          grant: caller.tokenId === undefined ? undefined : caller.grant,
          signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWERED_WITHIN_MS)]),
        });
        if (!isComplete) {
          const detail = `not all commands were answered within ${ANSWERED_WITHIN_MS / 1000} s`;
          throw new Problem('commands-timeout', detail);
        }
        return {
          status: 200,
          type: BYTES,
          body: replies,
          headers: { 'cache-control': 'no-store' },
        };
      }),
  });
}

/** @throws {Problem} where there are too many */
function requireFew(bytes: Buffer): void {
  let lines = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) lines++;
  if (bytes.length > 0 && bytes[bytes.length - 1] !== LF) lines++;
  if (lines <= MAX_COMMANDS) return;
  throw new Problem('body-too-large', `found ${lines} lines, expected at most ${MAX_COMMANDS}`);
}

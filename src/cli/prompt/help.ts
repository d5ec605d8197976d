import { parseCommand } from '../../protocol/command.ts';

/** What the prompt says when it is asked for help. */
export const HELP = `A line is sent to the server as it is; its reply is printed with the time that it took.

  IAMAT CLIENT POSITION TIME      a client is there: degrees north and east with their
                                  signs, and POSIX seconds
    IAMAT kiwi +34.068930-118.445127 1621464827.959498503
  WHATSAT CLIENT RADIUS BOUND     where a client is, and at most BOUND places (1 to 20)
                                  within RADIUS km (up to 50)
    WHATSAT kiwi 10 5
  AUTH TOKEN                      shows a token, for a herd with access; the line is
                                  not kept

  .server NAME                    goes on with another server
  .help                           prints this
  .exit                           ends, as Ctrl-D does

Tab completes commands, servers, clients and the present time. The arrow keys bring back
what was typed.
`;

const EXPECTED: Readonly<Record<string, string>> = {
  IAMAT: 'expected IAMAT CLIENT POSITION TIME; help shows an example',
  WHATSAT: 'expected WHATSAT CLIENT RADIUS BOUND; help shows an example',
  AUTH: 'the token is not accepted, or access is off',
};

/** Why a command, one character a byte, was probably answered with a question mark. */
export function hintOf(command: string): string {
  const parsed = parseCommand(command);
  if (parsed?.name === 'WHATSAT') return 'no server knows the client, or it may not be read';
  if (parsed?.name === 'IAMAT') return 'refused: not allowed, no room, or not acknowledged';
  const [name = ''] = command.trim().split(/\s+/);
  return EXPECTED[name.toUpperCase()] ?? 'no such command; help lists them';
}

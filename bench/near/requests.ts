import { clientId } from '../load/reports.ts';
import { talkOf, WrongReply, type Talk } from '../load/talk.ts';
import { redisCommand } from '../redis.ts';
import type { World } from './world.ts';

/** How many are asked for. */
export const NEAREST = 10;

const [ASTERISK, COLON, LINE_FEED] = [0x2a, 0x3a, 0x0a] as const;
/** `*2`, the length and the member, the length and the distance. */
const LINES_A_CLIENT = 5;

/** Where a client of the world is now. */
export function moveCommand(world: World, client: number): string {
  return redisCommand('GEOADD', 'clients', ...at(world, client), clientId(client));
}

/** Who is near a client of the world. */
export function nearCommand(world: World, client: number, radiusMetres: number): string {
  const circle = ['FROMLONLAT', ...at(world, client), 'BYRADIUS', String(radiusMetres), 'm'];
  const order = ['ASC', 'COUNT', String(NEAREST), 'WITHDIST'];
  return redisCommand('GEOSEARCH', 'clients', ...circle, ...order);
}

/** Longitude and latitude, in that order. */
function at({ latitudes, longitudes }: World, client: number): readonly [string, string] {
  return [(longitudes[client] ?? 0).toFixed(6), (latitudes[client] ?? 0).toFixed(6)];
}

/** Says commands of both kinds; a question has to find the client that it is asked from, at least. */
export function nearTalk(commands: readonly string[]): Talk {
  const areMoves = commands.map((command) => command.includes('GEOADD'));
  return talkOf(commands, (received, start, index) => {
    const first = received.indexOf(LINE_FEED, start) + 1;
    if (first === 0) return -1;
    if (areMoves[index] === true && received[start] === COLON) return first;
    const count = Number(received.toString('latin1', start + 1, first - 2));
    if (areMoves[index] === true || received[start] !== ASTERISK || !(count > 0)) {
      throw new WrongReply(commands[index] ?? '', received.subarray(start, first));
    }
    let end = first;
    for (let line = 0; line < count * LINES_A_CLIENT; line++) {
      end = received.indexOf(LINE_FEED, end) + 1;
      if (end === 0) return -1;
    }
    return end;
  });
}

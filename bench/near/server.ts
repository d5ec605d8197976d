import { createServer } from 'node:net';
import { SpatialIndex } from '#src/store/spatial-index.js';

/*
 * A program with the spatial index and nothing else, which is asked in Redis's own words: GEOADD and
 * GEOSEARCH as the benchmark says them. So both sides get the very same bytes.
 *
 * Argument: the port to listen on.
 */

const index = new SpatialIndex();
const slots = new Map<string, number>();
const ids: string[] = [];
const LINE_END = '\r\n';

/** GEOADD key longitude latitude member */
function add([, , longitude, latitude, id = '']: readonly string[]): string {
  const known = slots.get(id);
  const slot = known ?? ids.push(id) - 1;
  if (known === undefined) slots.set(id, slot);
  index.put(slot, toE7(latitude), toE7(longitude));
  return known === undefined ? ':1\r\n' : ':0\r\n';
}

/** GEOSEARCH key FROMLONLAT longitude latitude BYRADIUS radius m ASC COUNT count WITHDIST */
function search(words: readonly string[]): string {
  const [longitude, latitude, radiusMetres, limit] = [words[3], words[4], words[6], words[10]];
  const question = { limit: Number(limit), radiusMetres: Number(radiusMetres) };
  const { found } = index.nearest(toE7(latitude), toE7(longitude), question);
  let reply = `*${found.length}\r\n`;
  for (const { slot, distanceMetres } of found) {
    const id = ids[slot] ?? '';
    const metres = distanceMetres.toFixed(4);
    reply += `*2\r\n$${id.length}\r\n${id}\r\n$${metres.length}\r\n${metres}\r\n`;
  }
  return reply;
}

function toE7(degrees: string | undefined): number {
  return Math.round(Number(degrees) * 1e7);
}

function answer(words: readonly string[]): string {
  if (words[0] === 'GEOADD') return add(words);
  if (words[0] === 'GEOSEARCH') return search(words);
  return `-ERR unknown command ${words[0]}\r\n`;
}

const server = createServer({ noDelay: true }, (socket) => {
  let rest = '';
  socket.setEncoding('latin1').on('error', () => undefined);
  socket.on('data', (text: string) => {
    const lines = `${rest}${text}`.split(LINE_END);
    let [at, replies] = [0, ''];
    // A command of n words is `*n`, then for each word `$length` and the word.
    for (;;) {
      const end = at + 1 + 2 * Number(lines[at]?.slice(1));
      // The last line is not whole.
      if (lines.length - 1 <= at || end > lines.length - 1) break;
      const words: string[] = [];
      for (let word = at + 2; word < end; word += 2) words.push(lines[word] ?? '');
      replies += answer(words);
      at = end;
    }
    rest = lines.slice(at).join(LINE_END);
    if (replies !== '') socket.write(replies, 'latin1');
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('ready'));

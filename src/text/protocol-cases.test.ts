import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';

import fc from 'fast-check';

import { createTestService } from '../service/service-bench.test.ts';
import { LocationStore } from '../store/store.ts';
import { formatPlaces } from '../places/format-places.ts';
import type { PlacesPage } from '../places/provider.ts';
import { RecordView } from '../store/record.ts';
import { ByteWriter } from '../protocol/byte-writer.ts';
import { CommandHandler } from './command-handler.ts';
import { ClientSession, MAX_CONNECTION_COMMANDS } from './session.ts';
import { TickLog } from './tick-log.ts';

/*
 * What a client sends and receives, to the byte, as PROTOCOL.md has it. Texts are of one
 * character a byte. Each case is run three ways: its bytes at once, one by one, and in two pieces.
 */

/** The time of receipt of everything here. */
const NOW = { seconds: 1_621_464_828, nanoseconds: 223_371_889 };
const IAMAT = 'IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1621464827.959498503';
const AT = 'AT Riley +0.263873386 kiwi.cs.ucla.edu +34.068930-118.445127 1621464827.959498503';
/** What is said of a second report in one tick: receipts rise by a nanosecond at least. */
const LATER = AT.replace('.263873386', '.263873387');
/** A location that another server received. */
const HELD = Buffer.from('AT Jaquez -0.500000000 banana +5.0+5.0 100.25');

/** Near `HELD` there is nothing. */
const NOTHING: PlacesPage = { html_attributions: [], results: [], status: 'ZERO_RESULTS' };
const NOTHING_TEXT = `{
   "html_attributions": [],
   "results": [],
   "status": "ZERO_RESULTS"
}

`;

function cafe(name: string): PlacesPage['results'][number] {
  const geometry = { location: { lat: 34.07, lng: -118.44 } };
  return { name, place_id: '1', geometry, types: ['cafe'], vicinity: 'Westwood\n\n' };
}

/** Near the client of `IAMAT` there are two places. */
const CAFES: PlacesPage = {
  status: 'OK',
  next_page_token: 'more',
  results: [cafe('Café'), cafe('Second')],
  html_attributions: ['© them'],
};
/** The first of the two, in UTF-8. */
const FIRST_CAFE_TEXT = `{
   "html_attributions": [
      "\xc2\xa9 them"
   ],
   "next_page_token": "more",
   "results": [
      {
         "name": "Caf\xc3\xa9",
         "place_id": "1",
         "geometry": {
            "location": {
               "lat": 34.07,
               "lng": -118.44
            }
         },
         "types": [
            "cafe"
         ],
         "vicinity": "Westwood\\n\\n"
      }
   ],
   "status": "OK"
}

`;

/** At the equator the upstream refuses. */
const REFUSED: PlacesPage = {
  html_attributions: [],
  results: [],
  status: 'OVER_QUERY_LIMIT',
  error_message: 'Too many questions.',
};
const REFUSED_TEXT = `{
   "html_attributions": [],
   "results": [],
   "status": "OVER_QUERY_LIMIT",
   "error_message": "Too many questions."
}

`;

/** The server's side of one connection on which `pieces` come, up to its end: all that it replies. */
async function replyTo(pieces: readonly Buffer[]): Promise<string> {
  const store = new LocationStore();
  const held = new RecordView();
  assert.ok(held.scan(HELD, 0, HELD.length));
  store.apply(held);
  const pages = new Map([
    [34.06893, CAFES],
    [0, REFUSED],
  ]);
  const service = createTestService({
    store,
    search: {
      nearby: async ({ latitude, bound }) => formatPlaces(pages.get(latitude) ?? NOTHING, bound),
      find: () => assert.fail('no HTTP here'),
    },
    now: () => NOW,
    limits: { maxClients: 1000, maxMemoryBytes: Infinity },
  });
  service.beginTick();
  const session = new ClientSession({
    handler: new CommandHandler({ service, log: { write() {} } }),
    waitForCommit() {},
    tickLog: new TickLog(MAX_CONNECTION_COMMANDS),
    logPlain() {},
    logCommands() {},
    logReplies() {},
    admit: undefined,
    wake: () => {},
    commandsInFlight: 100,
  });
  let replies = '';
  const out = new ByteWriter(64);
  const work = (): void => {
    out.length = 0;
    session.work(out);
    const { start, end } = session.takeReplies();
    replies += out.bytes.toString('latin1', start, end);
  };
  for (const piece of pieces) {
    session.receive(piece);
    work();
  }
  session.receiveEnd();
  while (!session.done) {
    work();
    await setImmediate();
  }
  return replies;
}

let cases = 0;

/** Checks that `input` is answered by `reply`, however its bytes come. */
function check(rule: string, input: string, reply: string): void {
  cases += 1;
  const seed = cases;
  test(rule, async () => {
    const bytes = Buffer.from(input, 'latin1');
    const [place = 0] = fc.sample(fc.nat(bytes.length), { seed, numRuns: 1 });
    const ways: [way: string, pieces: Buffer[]][] = [
      ['at once', [bytes]],
      ['byte by byte', Array.from(bytes, (byte) => Buffer.of(byte))],
      [`split at ${place}`, [bytes.subarray(0, place), bytes.subarray(place)]],
    ];
    for (const [way, pieces] of ways) assert.equal(await replyTo(pieces), reply, way);
  });
}

/** Checks that each line is answered as an invalid command. */
function checkInvalid(lines: readonly (readonly [rule: string, line: string])[]): void {
  for (const [rule, line] of lines) check(rule, `${line}\n`, `? ${line}\n`);
}

describe('framing', () => {
  const long = `IAMAT ${'k'.repeat(4096 - 'IAMAT  +1+1 1621464828'.length)} +1+1 1621464828`;
  const longAt = long.replace('IAMAT', 'AT Riley +0.223371889');
  const x = 'x'.repeat(4096);
  const blank = ' '.repeat(4096);
  const framing: [rule: string, input: string, reply: string][] = [
    ['a command ends at LF', `${IAMAT}\n`, `${AT}\n`],
    ['the last line needs no LF', IAMAT, `${AT}\n`],
    ['the last line needs no LF to be invalid', 'x', '? x\n'],
    ['any number of commands', `${IAMAT}\nx\n${IAMAT}\n`, `${AT}\n? x\n${LATER}\n`],
    ['no bytes, no reply', '', ''],
    ['a blank line gets no reply', '\n', ''],
    ['a line of all white space gets none', ' \t\v\f\r\n', ''],
    ['blank lines between commands get none', `\n\r\n${IAMAT}\n \n\n${IAMAT}`, `${AT}\n${LATER}\n`],
    ['a blank last line gets none', `${IAMAT}\n  `, `${AT}\n`],
    ['a CR before the LF is white space', `${IAMAT}\r\n`, `${AT}\n`],
    ['a CR before the LF is part of a copy', 'x\r\n', '? x\r\n'],
    ['a CR alone ends no command', 'x\ry\n', '? x\ry\n'],
    ['a line of 4,096 bytes is read', `${long}\n`, `${longAt}\n`],
    ['a line of 4,096 bytes and no LF is read', long, `${longAt}\n`],
    ['of 4,097 bytes the first 4,096 are answered', `${long}5\n`, `? ${long}\n`],
    ['a CR is one of the bytes', `${long}\r\n`, `? ${long}\n`],
    ['an invalid line of 4,096 bytes is copied whole', `${x}\n`, `? ${x}\n`],
    ['the rest of a long line is thrown away', `${x}${x}${IAMAT}\n${IAMAT}\n`, `? ${x}\n${AT}\n`],
    ['a long line needs no LF', `${x}xyz`, `? ${x}\n`],
    ['a long blank line gets no reply', `${blank}${blank}\n${IAMAT}\n`, `${AT}\n`],
    ['a long blank last line gets none', `${blank} `, ''],
    ['a long line that begins blank is copied so', `${blank} x\n`, `? ${blank}\n`],
    ['two long lines are two', `${x}x\n${x}y\n`, `? ${x}\n? ${x}\n`],
  ];
  for (const [rule, input, reply] of framing) check(rule, input, reply);
});

describe('white space', () => {
  const kinds: [name: string, byte: string][] = [
    ['space', ' '],
    ['tab', '\t'],
    ['CR', '\r'],
    ['FF', '\f'],
    ['VT', '\v'],
  ];
  for (const [name, byte] of kinds) {
    check(`${name} separates fields`, `${IAMAT.replaceAll(' ', byte)}\n`, `${AT}\n`);
  }
  const run = ' \t\r\f\v';
  check('any run of it separates', `${IAMAT.replaceAll(' ', run)}\n`, `${AT}\n`);
  check('it is ignored before and after', `${run}${IAMAT}${run}\n`, `${AT}\n`);
  check('a copy keeps it', `${run}x${run}y${run}\n`, `? ${run}x${run}y${run}\n`);

  const every = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('');
  const clients: [rule: string, client: string][] = [
    ['NBSP is none', 'ki\xa0wi'],
    ['NEL is none', 'ki\x85wi'],
    ['the separators of ASCII are none', '\x1ca\x1db\x1ec\x1f'],
    ['NUL is none', 'ki\0wi'],
    ['no byte of UTF-8 is', Buffer.from('キウイ\u2028\u3000à').toString('latin1')],
    ['no byte of text that is not UTF-8 is', '\xff\xfe\xc3\x28\x80'],
    ['no other byte is', every.replaceAll(/[ \t\n\v\f\r]/g, '')],
  ];
  for (const [rule, client] of clients) {
    const reply = `AT Riley +0.223371889 ${client} +1+1 1621464828\n`;
    check(rule, `IAMAT ${client} +1+1 1621464828\n`, reply);
  }
  checkInvalid([
    ['NBSP separates nothing', IAMAT.replaceAll(' ', '\xa0')],
    ['a line of NBSP is not blank', '\xa0'],
    ['text that is not UTF-8 is copied as it is', '\xff \xfe'],
  ]);
});

describe('names and numbers of fields', () => {
  checkInvalid([
    ['an unknown name', 'HELLO kiwi +1+1 1'],
    ['a name in lower case', IAMAT.toLowerCase()],
    ['a name in mixed case', 'WhatsAt banana 10 5'],
    ['a name run together with a field', 'IAMATkiwi +1+1 1'],
    ['a name alone', 'IAMAT'],
    ['IAMAT without its time', 'IAMAT kiwi +1+1'],
    ['IAMAT with a field more', `${IAMAT} 1`],
    ['WHATSAT without its bound', 'WHATSAT banana 10'],
    ['WHATSAT with a field more', 'WHATSAT banana 10 5 5'],
    ['AT from a client', AT],
    ['an answer to an invalid command', '? x'],
  ]);
});

describe('positions', () => {
  const read: [rule: string, position: string][] = [
    ['without decimals', '+34-118'],
    ['one digit of each', '+1-1'],
    ['the poles and the date line', '-90.000+180.000'],
    ['many decimals', '+89.99999999999999999999999-179.99999999999999999999999'],
    ['degrees and minutes', '+3404.1358-11826.7076'],
    ['degrees, minutes and seconds', '+340408.148-1182642.457'],
    ['less than 60 minutes and seconds', '+335959.999-1175959.999'],
    ['an altitude', '+34.068930-118.445127+25.5'],
    ['a CRS and a slash', '+34.068930-118.445127+25.5CRSWGS_84/'],
    ['a slash', '+34.068930-118.445127/'],
  ];
  for (const [rule, position] of read) {
    const reply = `AT Riley +0.223371889 kiwi ${position} 1621464828\n`;
    check(rule, `IAMAT kiwi ${position} 1621464828\n`, reply);
  }
  const refused: [rule: string, position: string][] = [
    ['beyond a pole', '+90.0000000000000000000001+0'],
    ['beyond the date line', '+0-180.0000000000000000000001'],
    ['beyond a pole, in minutes', '+9000.0000000000000000000001+00000'],
    ['60 minutes', '+3460-11800'],
    ['60 seconds', '+340000-1180060'],
    ['forms mixed', '+3404.1358-118.445127'],
    ['no sign', '34.068930-118.445127'],
    ['three digits of latitude', '+034-118'],
    ['four digits of longitude', '+34-1180'],
    ['no longitude', '+34.068930'],
    ['an exponent', '+3.4e1-118'],
    ['something behind it', '+34-118x'],
  ];
  checkInvalid(refused.map(([rule, position]) => [rule, `IAMAT kiwi ${position} 1621464828`]));
});

describe('times and skews', () => {
  const read: [rule: string, time: string, skew: string][] = [
    ['nine decimals', '1621464827.959498503', '+0.263873386'],
    ['one decimal', '1621464827.9', '+0.323371889'],
    ['no decimals', '1621464828', '+0.223371889'],
    ['the very time of receipt', '1621464828.223371889', '+0.000000000'],
    ['a nanosecond later', '1621464828.223371890', '-0.000000001'],
    ['a nanosecond earlier', '1621464828.223371888', '+0.000000001'],
    ['a second later', '1621464829.223371889', '-1.000000000'],
    ['a clock that is ahead', '1621464829', '-0.776628111'],
    ['the epoch', '0', '+1621464828.223371889'],
    ['zeros before', '0001621464828', '+0.223371889'],
    ['ten digits of seconds', '9999999999.999999999', '-8378535171.776628110'],
    [
      'more seconds than a double can count',
      '123456789012345678901234567890.123456789',
      '-123456789012345678899613103061.900084900',
    ],
  ];
  for (const [rule, time, skew] of read) {
    check(rule, `IAMAT kiwi +1+1 ${time}\n`, `AT Riley ${skew} kiwi +1+1 ${time}\n`);
  }
  const refused: [rule: string, time: string][] = [
    ['ten decimals', '1621464827.9594985031'],
    ['a plus', '+1621464827'],
    ['a minus', '-1621464827'],
    ['an exponent', '1.6e9'],
    ['a point and no decimals', '1621464827.'],
    ['no seconds', '.5'],
    ['a comma', '1621464827,5'],
    ['no number', 'NaN'],
  ];
  checkInvalid(refused.map(([rule, time]) => [rule, `IAMAT kiwi +1+1 ${time}`]));
});

describe('which location counts', () => {
  const old = 'IAMAT kiwi.cs.ucla.edu +1+1 1621464827.959498502';
  const oldAt = 'AT Riley +0.263873387 kiwi.cs.ucla.edu +1+1 1621464827.959498502';
  const ask = 'WHATSAT kiwi.cs.ucla.edu 10 1\n';
  const places = `${AT}\n${FIRST_CAFE_TEXT}`;
  check(
    'a newer one',
    `${old}\n${IAMAT}\n${ask}`,
    `${oldAt}\n${LATER}\n${LATER}\n${FIRST_CAFE_TEXT}`,
  );
  check(
    'an older one is answered alike and changes nothing',
    `${IAMAT}\n${old}\n${ask}`,
    `${AT}\n${oldAt.replace('873387', '873388')}\n${places}`,
  );
  check(
    'an invalid one changes nothing',
    `${IAMAT}\n${IAMAT} 1\n${ask}`,
    [`${AT}\n? ${IAMAT} 1\n`, places].join(''),
  );
});

describe('WHATSAT', () => {
  const places = `${HELD.toString()}\n${NOTHING_TEXT}`;
  check('the AT line is that of the server that received it', 'WHATSAT banana 10 5\n', places);
  check('white space is ignored', '\tWHATSAT  banana\v10\f5\r\n', places);
  check('the last one needs no LF', 'WHATSAT banana 10 5', places);
  check(
    'at most `bound` results, JSON by three spaces, UTF-8, two LFs',
    `${IAMAT}\nWHATSAT kiwi.cs.ucla.edu 10 1\n`,
    `${AT}\n${AT}\n${FIRST_CAFE_TEXT}`,
  );
  const zero = 'IAMAT zero +0-1 1621464828\n';
  const zeroAt = 'AT Riley +0.223371889 zero +0-1 1621464828\n';
  check(
    'an upstream that refuses is a reply of the same shape',
    `${zero}WHATSAT zero 10 5\n`,
    `${zeroAt}${zeroAt}${REFUSED_TEXT}`,
  );
  check(
    'one that waits delays no later command',
    `WHATSAT banana 10 5\n${IAMAT}\n`,
    `${AT}\n${places}`,
  );
  for (const radius of ['50', '50.0', '0.001', '007.5', '49.9999999999999999999999']) {
    check(`radius ${radius}`, `WHATSAT banana ${radius} 5\n`, places);
  }
  for (const bound of ['1', '20', '05']) {
    check(`bound ${bound}`, `WHATSAT banana 10 ${bound}\n`, places);
  }
  const radii = ['0', '0.0', '51', '50.00000000000000000001', '-1', '+1', '1e1', '1.', 'x', '0x1'];
  checkInvalid(radii.map((radius) => [`no radius: ${radius}`, `WHATSAT banana ${radius} 5`]));
  const bounds = ['0', '00', '21', '-1', '+5', '5.0', '1e1', 'x'];
  checkInvalid(bounds.map((bound) => [`no bound: ${bound}`, `WHATSAT banana 10 ${bound}`]));
  checkInvalid([
    ['a client that no server knows', 'WHATSAT nobody 10 5'],
    ['a client by another case', 'WHATSAT Banana 10 5'],
  ]);
});

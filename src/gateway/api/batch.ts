import { z } from 'zod';

import { checked } from '../http/check.ts';
import { decodeUtf8, parseJson } from '../http/json.ts';
import { MAX_BATCH_BYTES, MAX_BATCH_LINE_BYTES, MAX_BATCH_LINES } from '../http/limits.ts';
import { Problem } from '../http/problems.ts';
import type { ApiContext } from './context.ts';
import { clientIdSchema } from './parameters.ts';
import { EXACT_MEMBERS, report, reportSchema } from './report.ts';
import { type Answer, type Caller, defineRoute, NOTHING, type Route } from './route.ts';
import { takeAll } from './take-all.ts';
import { TOKEN_HEADERS } from './write.ts';

const LF = 0x0a;
const NDJSON = 'application/x-ndjson';

const lineSchema = reportSchema.extend({ client: clientIdSchema });

const resultSchema = z
  .object({
    line: z.int().describe('The line of the batch, from 1'),
    accepted: z.boolean(),
    problem: z
      .looseObject({ type: z.string(), title: z.string(), status: z.int(), detail: z.string() })
      .optional()
      .describe('Why it was refused'),
  })
  .describe('What became of a report');

type Result = z.infer<typeof resultSchema>;

/** Takes many reports. */
export function batchRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'POST',
    path: '/v1/locations',
    name: 'postLocations',
    summary: 'Report where many clients are, one a line',
    description:
      'Each line is answered by one, in order. A line that is refused changes nothing of the others; empty ones are passed over.',
    scope: 'report',
    params: NOTHING,
    query: NOTHING,
    body: {
      types: [NDJSON, 'application/ndjson', 'application/jsonl'],
      maxBytes: MAX_BATCH_BYTES,
      schema: lineSchema,
    },
    answers: {
      200: {
        description: 'What became of each line',
        content: { [NDJSON]: resultSchema },
        headers: TOKEN_HEADERS,
      },
    },
    problems: [],
    handle: ({ caller, body }) =>
      body(async (bytes): Promise<Answer> => {
        const results = await takeAll(linesOf(bytes), (line) => take(context, caller, line));
        return {
          status: 200,
          type: `${NDJSON}; charset=utf-8`,
          body: results.map((result) => `${JSON.stringify(result)}\n`).join(''),
          headers: { 'consistency-token': context.consistency.token },
        };
      }),
  });
}

/** A line of a batch, with its number. */
interface Line {
  readonly line: number;
  readonly bytes: Buffer;
}

/** The lines that are not empty. @throws {Problem} where there are too many */
function linesOf(bytes: Buffer): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const found = bytes.indexOf(LF, start);
    const end = found === -1 ? bytes.length : found;
    if (!isBlank(bytes, start, end)) lines.push({ line, bytes: bytes.subarray(start, end) });
    start = end + 1;
    if (lines.length <= MAX_BATCH_LINES) continue;
    throw new Problem('body-too-large', `expected at most ${MAX_BATCH_LINES} reports`);
  }
  return lines;
}

/** Whether a line has nothing but white space in it. A batch may be of millions of these. */
function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}

async function take(context: ApiContext, caller: Caller, { line, bytes }: Line): Promise<Result> {
  try {
    if (bytes.length > MAX_BATCH_LINE_BYTES) {
      const most = `a line of at most ${MAX_BATCH_LINE_BYTES} bytes`;
      throw new Problem('body-too-large', `expected ${most}`);
    }
    const value = parseJson(decodeUtf8(bytes), EXACT_MEMBERS);
    const { client, ...values } = checked(lineSchema, value, 'body');
    caller.require('report', client.toString('latin1'));
    await report(context.service, client, values, context.now());
    return { line, accepted: true };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { line, accepted: false, problem: error.details };
  }
}

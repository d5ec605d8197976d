import { z } from 'zod';

import { formatTime } from '../../protocol/time.ts';
import type { ApiContext } from './context.ts';
import { defineRoute, jsonAnswer, NOTHING, type Answer, type Route } from './route.ts';

const PATTERNS = 'Patterns of client IDs: * matches any characters, \\xHH a byte';

const accessSchema = z
  .object({
    hasTokens: z
      .boolean()
      .describe('Whether this herd has tokens at all: then each phone is set up with one'),
    token: z
      .object({
        name: z.string().describe('What lists and logs call it'),
        isShare: z.boolean().describe('Whether it is that of a share link'),
        expiresAt: z.string().optional().describe('RFC 3339; left out: never'),
      })
      .optional()
      .describe('The token that was shown; missing if none was required'),
    report: z.array(z.string()).describe(`The clients that the caller may report as. ${PATTERNS}`),
    read: z.array(z.string()).describe('Whom it may read, those of its groups among them'),
    groups: z.array(z.string()).describe('The names of the groups that it may read'),
    operate: z.boolean().describe('Whether it may operate the herd'),
  })
  .describe('What the caller may do');

/** What a caller may do: so that a page offers nothing that will be refused, and says when its token ends. */
export function accessRoute({ access }: ApiContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/access',
    name: 'getAccess',
    summary: 'What the caller may do, and until when',
    scope: 'any',
    params: NOTHING,
    query: NOTHING,
    answers: {
      200: { description: 'What it may do', content: { 'application/json': accessSchema } },
    },
    problems: [],
    handle: ({ caller: { grant } }): Answer => {
      const { token: name, isShare, expiresMs, report, read, groups, operate } = grant;
      const expiresAt =
        expiresMs === undefined
          ? undefined
          : formatTime({ seconds: Math.floor(expiresMs / 1000), nanoseconds: 0 });
      const answer: z.infer<typeof accessSchema> = {
        hasTokens: access !== undefined,
        token: name === undefined ? undefined : { name, isShare, expiresAt },
        report: report.map(({ text }) => text),
        read: read.map(({ text }) => text),
        groups: [...groups],
        operate,
      };
      return jsonAnswer(answer, { 'cache-control': 'no-store' });
    },
  });
}

import { z } from 'zod';

import type { DemoAnswer, DemoPort, DemoStatus, DemoWish } from '../demo-port.ts';
import { Problem, retryAfter } from '../http/problems.ts';
import type { ApiContext } from './context.ts';
import { defineRoute, jsonAnswer, NOTHING, type Answer, type Route } from './route.ts';

const demoSchema = z
  .object({
    state: z
      .enum(['running', 'stopped', 'unavailable'])
      .describe('`unavailable`: this herd can have none'),
    detail: z.string().optional().describe('Of `unavailable`: why'),
    isDemoHerd: z
      .boolean()
      .optional()
      .describe('Whether the herd is there for the demo alone, as with `npm start -- --demo`'),
    clients: z.int().optional().describe('Of `running`: how many made-up clients move'),
    startedAt: z.string().optional().describe('Of `running`: since when, RFC 3339'),
    endsAt: z
      .string()
      .optional()
      .describe('Of `running`: when it stops by itself; missing if it does not'),
    endedBy: z
      .enum(['request', 'report', 'time'])
      .optional()
      .describe(
        'Of `stopped`: why the last one ended; `report`: a client reported that is none of it',
      ),
  })
  .describe('The demo of the herd');

const DESCRIPTION =
  'Made-up clients, whose names begin with `demo-`, move over a city. They report to all servers of the herd, as others do. ' +
  'There is one only where all servers are started by one `proxy-herd up` whose configuration has no `access`, hooks, `gatewayTls` or NATS.';

const SHARED = { path: '/v1/demo', params: NOTHING, query: NOTHING } as const;
const ANSWERS = {
  200: { description: 'How it does', content: { 'application/json': demoSchema } },
} as const;

/** The demo: how it does, to start it, to stop it. */
export function demoRoutes({ demo }: ApiContext): Route[] {
  return [
    defineRoute({
      ...SHARED,
      method: 'GET',
      name: 'getDemo',
      summary: 'Whether a demo runs in this herd, or can',
      description: DESCRIPTION,
      scope: 'public',
      answers: ANSWERS,
      problems: [],
      handle: async () => answerOf(await ask(demo, 'look')),
    }),
    defineRoute({
      ...SHARED,
      method: 'PUT',
      name: 'startDemo',
      summary: 'Has a demo run in this herd, which has no clients of its own yet',
      description: `${DESCRIPTION} It ends within an hour, or when any other client reports; then its clients and geofences are removed.`,
      scope: 'operate',
      answers: ANSWERS,
      problems: ['demo-unavailable', 'herd-in-use', 'demo-failed'],
      handle: async () => answerOf(await ask(demo, 'start')),
    }),
    defineRoute({
      ...SHARED,
      method: 'DELETE',
      name: 'stopDemo',
      summary: 'Stops the demo, and removes its clients and geofences from the whole herd',
      scope: 'operate',
      answers: ANSWERS,
      problems: ['demo-unavailable', 'demo-failed'],
      handle: async () => answerOf(await ask(demo, 'stop')),
    }),
  ];
}

async function ask(demo: DemoPort | undefined, wish: DemoWish): Promise<DemoAnswer> {
  if (demo !== undefined) return demo.ask(wish);
  const detail =
    'this server was started on its own, expected all servers of the herd by one proxy-herd up';
  if (wish === 'look') return { status: { state: 'unavailable', detail } };
  return { refusal: 'demo-unavailable', detail };
}

/** @throws {Problem} where a wish was not granted */
function answerOf(answer: DemoAnswer): Answer {
  if ('refusal' in answer) {
    const headers = answer.refusal === 'demo-failed' ? retryAfter(1) : {};
    throw new Problem(answer.refusal, answer.detail, {}, headers);
  }
  return jsonAnswer(describe(answer.status), { 'cache-control': 'no-store' });
}

function describe(status: DemoStatus): z.input<typeof demoSchema> {
  if (status.state !== 'running') return status;
  const { state, isDemoHerd, clients, startedMs, endsMs } = status;
  const startedAt = new Date(startedMs).toISOString();
  const endsAt = endsMs === undefined ? undefined : new Date(endsMs).toISOString();
  return { state, isDemoHerd, clients, startedAt, endsAt };
}

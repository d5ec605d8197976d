import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Caller } from '../api/route.ts';
import type { AppRequest } from '../ingest/app.ts';
import { PHONE_APPS } from '../ingest/apps.ts';
import type { Ingest, PhoneReason, PhoneRequest } from '../ingest/ingest.ts';
import type { BodyReader } from './body.ts';
import { discardBody, hasMore } from './failures.ts';
import type { Guard } from './guard.ts';
import { MAX_PHONE_BYTES } from './limits.ts';
import { requireOwnSite } from './origin.ts';
import { Problem, type ProblemCode } from './problems.ts';

/** A token at the beginning of what follows the app in a path. */
const TOKEN = /^\/(ph_[^/]*)/i;
/** Where a token can be for apps that send a header of their user's choice. */
const TOKEN_HEADER = 'x-api-key';
/** What is wrong with a body that an app would repeat for ever if it were told. */
const PASSED_OVER: Partial<Readonly<Record<ProblemCode, PhoneReason>>> = {
  'body-too-large': 'too-large',
  'malformed-body': 'not-understood',
  'unsupported-encoding': 'not-understood',
};

/** The dependencies of the routes of phone apps. */
export interface PhoneEnvironment {
  readonly ingest: Ingest;
  readonly bodies: BodyReader;
  readonly guard: Guard;
  /** The origins whose pages may report without a token; `*` for all. */
  readonly origins: readonly string[];
}

/** The routes of phone apps: `/in/APP/TOKEN`, or `/in/APP` with the token in a header; any method. */
export function registerPhoneRoutes(app: FastifyInstance, environment: PhoneEnvironment): void {
  const handler = (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    answer(request, reply, environment);
  // Apps send their bodies as any type, also as one that is none: Fastify would refuse that.
  app.addHook('onRequest', async ({ raw }) => {
    delete raw.headers['content-type'];
  });
  app.all('/in/:app', handler);
  app.all('/in/:app/*', handler);
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { ingest, bodies, guard, origins }: PhoneEnvironment,
): Promise<FastifyReply> {
  const { pathname, searchParams } = new URL(request.url, 'http://herd');
  const [, name = '', behind = ''] = /^\/in\/([^/]*)(.*)$/.exec(pathname) ?? [];
  const app = PHONE_APPS.get(name);
  if (app === undefined) {
    const known = [...PHONE_APPS.keys()].join(', ');
    throw new Problem(
      'no-such-resource',
      `found the app ${JSON.stringify(name)}, expected ${known}`,
    );
  }
  const [inPath = '', token] = TOKEN.exec(behind) ?? [];
  const caller = admit(name, request, token ?? tokenInHeader(request), { ingest, guard, origins });
  const about = (body: Buffer): PhoneRequest => {
    const { method, headers, ip } = request;
    const rest = behind.slice(inPath.length);
    const asked: AppRequest = {
      method,
      rest,
      query: searchParams,
      headers,
      body,
      key: caller.encryptionKey,
    };
    return { app, request: asked, caller, address: ip };
  };
  try {
    const answered = await bodies.read(request.raw, MAX_PHONE_BYTES, (body) =>
      ingest.take(about(body)),
    );
    return await send(reply, answered);
  } catch (error) {
    const reason = error instanceof Problem ? PASSED_OVER[error.code] : undefined;
    if (reason === undefined) throw error;
    const answered = ingest.passOver(about(Buffer.alloc(0)), reason);
    if (hasMore(request.raw)) {
      reply.header('connection', 'close');
      await discardBody(request.raw);
    }
    return send(reply, answered);
  }
}

/** @throws {Problem} where the token is not good, or one is missing */
function admit(
  app: string,
  request: FastifyRequest,
  token: string | undefined,
  { ingest, guard, origins }: Pick<PhoneEnvironment, 'ingest' | 'guard' | 'origins'>,
): Caller {
  try {
    const caller = guard.admit(request, { scope: 'report' }, token);
    if (caller.tokenId === undefined) requireOwnSite(request.headers, origins);
    return caller;
  } catch (error) {
    if (error instanceof Problem) ingest.refuse(app, request.ip, error);
    throw error;
  }
}

function tokenInHeader({ headers }: FastifyRequest): string | undefined {
  const value = headers[TOKEN_HEADER];
  return typeof value === 'string' ? value : undefined;
}

async function send(
  reply: FastifyReply,
  { status, type, body }: ReturnType<Ingest['passOver']>,
): Promise<FastifyReply> {
  reply.code(status);
  if (type !== undefined) reply.type(type);
  return reply.send(body);
}

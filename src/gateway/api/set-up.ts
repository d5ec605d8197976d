import { wholeMillisecondsOf } from '../../protocol/timestamp.ts';
import { networkInterfaces } from 'node:os';

import { z } from 'zod';

import { ownClient, type Grant } from '../../access/grant.ts';
import { isToken } from '../../access/token.ts';
import { CLIENT_EXPECTED, formatClientId, parseClientId } from '../../protocol/client-id.ts';
import { parseBaseUrl } from '../../protocol/base-url.ts';
import { checked, faultsProblem } from '../http/check.ts';
import { decodeUtf8, NO_EXACT_MEMBERS, parseJson } from '../http/json.ts';
import { MAX_SET_UP_BYTES } from '../http/limits.ts';
import { Problem, retryAfter } from '../http/problems.ts';
import { APP_OF_MANY, SET_UPS } from '../ingest/set-ups.ts';
import { warningsOf } from '../ingest/set-up.ts';
import type { ApiContext } from './context.ts';
import { defineRoute, jsonAnswer, NOTHING, type Answer, type Caller, type Route } from './route.ts';

const APPS = [...SET_UPS.keys()];
const TOKEN_EXPECTED = 'a token, as proxy-herd token create prints it';
const URL_EXPECTED = 'an http or https URL without user, password and query';

const askedSchema = z
  .strictObject({
    app: z.enum(APPS, { error: APPS.join(', ') }).describe('The name of the app'),
    token: z
      .string({ error: TOKEN_EXPECTED })
      .refine(isToken, { error: TOKEN_EXPECTED })
      .optional()
      .describe("The phone's token, which may report as one client"),
    client: z
      .string({ error: CLIENT_EXPECTED })
      .refine((text) => parseClientId(text) !== undefined, { error: CLIENT_EXPECTED })
      .optional()
      .describe(
        'In a herd without tokens, instead of a token: the client that the phone reports as',
      ),
    url: z
      .string({ error: URL_EXPECTED })
      .transform((text, context): string => {
        const url = parseBaseUrl(text);
        if (url !== undefined) return url;
        context.addIssue({ code: 'custom', message: URL_EXPECTED });
        return z.NEVER;
      })
      .optional()
      .describe('The URL of a gateway for phones; default: `gatewayUrl`, or that of this request'),
  })
  .describe('The phone to set up');

const setUpSchema = z
  .object({
    app: z.string(),
    client: z.string().describe('Whom it reports as'),
    url: z.string().describe('Where it reaches a gateway'),
    link: z.string().optional().describe('Opens the app, which takes its settings from it'),
    code: z
      .object({ text: z.string(), svg: z.string() })
      .optional()
      .describe('What to scan, as a text and as the SVG of its QR code'),
    steps: z.array(z.string()).describe('What to do, in this order'),
    addresses: z
      .array(z.string())
      .describe('Where phones in the same network may reach this machine, if the URL is of no use'),
    warnings: z
      .array(z.string())
      .describe('Why the phone may not reach the gateway, or should not'),
  })
  .describe('How to set up the phone; the token, if any, is in the link, the code and the steps');

/** How to set up a phone; in a herd with tokens, only for a caller who has its token: docs/ACCESS.md explains why none is created here. */
export function setUpRoute(context: ApiContext): Route {
  return defineRoute({
    method: 'POST',
    path: '/v1/phones/set-up',
    name: 'setUpPhone',
    summary: 'The link, the code and the steps that set up a phone',
    description: 'Nothing is stored, and the token is not logged.',
    scope: 'operate',
    params: NOTHING,
    query: NOTHING,
    body: { types: ['application/json'], maxBytes: MAX_SET_UP_BYTES, schema: askedSchema },
    answers: {
      200: { description: 'How to', content: { 'application/json': setUpSchema } },
    },
    problems: ['access-off'],
    handle: async ({ caller, body, baseUrl }): Promise<Answer> => {
      const asked = await body(async (bytes) =>
        checked(askedSchema, parseJson(decodeUtf8(bytes), NO_EXACT_MEMBERS), 'body'),
      );
      const { app, token } = asked;
      const client = phoneOf(context, asked, caller);
      const url = asked.url ?? baseUrl();
      const setUp = SET_UPS.get(app)?.({ baseUrl: url, token, passphrase: undefined, client });
      if (setUp === undefined) throw new Error(`there is no set-up for ${app}`);
      const { link, code, steps } = setUp;
      const answer = { app, client, url, link, code: await withSvg(code), steps };
      const warnings = warningsOf(url);
      const addresses = warnings.length > 0 ? networkAddresses() : [];
      return jsonAnswer({ ...answer, warnings, addresses }, { 'cache-control': 'no-store' });
    },
  });
}

/** Whom the phone reports as. @throws {Problem} */
function phoneOf(
  context: ApiContext,
  { app, token, client }: z.output<typeof askedSchema>,
  caller: Caller,
): string {
  if (token !== undefined && client !== undefined) {
    throw fault('client', 'none beside a token, which says whose phone it is');
  }
  if (token !== undefined) {
    const grant = grantOf(context, token, caller);
    return app === APP_OF_MANY ? clientsOf(grant) : clientOf(grant);
  }
  if (context.access !== undefined) throw fault('token', TOKEN_EXPECTED);
  if (client !== undefined) return client;
  if (app === APP_OF_MANY) return '*';
  throw fault('client', CLIENT_EXPECTED);
}

/** The addresses of this machine in its networks, IPv4 first. */
function networkAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all
    .filter(({ internal, scopeid }) => !internal && (scopeid ?? 0) === 0) // no phone knows a link's scope
    .toSorted((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => address);
}

/** @throws {Problem} where the token is not good */
function grantOf({ access, now }: ApiContext, token: string, { tokenId = '' }: Caller): Grant {
  if (access === undefined) throw new Problem('access-off', 'a token means nothing to this herd');
  // Wrong tokens count by the operator who tries them, not by an address that others have as well.
  const nowMs = wholeMillisecondsOf(now());
  const found = access.authenticate({ urlToken: token, address: `operator ${tokenId}`, nowMs });
  if (found.isGranted) return found.grant;
  const { code, retryAfterMs } = found;
  if (code !== 'rate-limited') throw fault('token', `a good token; this one is ${code}`);
  const seconds = Math.ceil(retryAfterMs / 1000);
  throw new Problem('too-many-requests', 'too many wrong tokens', {}, retryAfter(seconds));
}

function clientOf(grant: Grant): string {
  const client = ownClient(grant);
  if (client === undefined) throw fault('token', 'a token that may report as one client');
  return formatClientId(client);
}

function clientsOf({ report }: Grant): string {
  if (report.length === 0) throw fault('token', 'a token that may report');
  return report.map(({ text }) => text).join(', ');
}

function fault(member: string, expected: string): Problem {
  return faultsProblem([{ in: 'body', member, expected }]);
}

/** Modules are one unit each: who shows it chooses the size. */
async function withSvg(
  text: string | undefined,
): Promise<{ readonly text: string; readonly svg: string } | undefined> {
  if (text === undefined) return undefined;
  const { renderSVG } = await import('uqr');
  return { text, svg: renderSVG(text, { ecc: 'L', border: 4, pixelSize: 1 }) };
}

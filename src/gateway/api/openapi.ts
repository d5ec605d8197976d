import { z } from 'zod';

import { PROBLEM_TYPE, type ProblemCode, statusOf, titleOf } from '../http/problems.ts';
import type { Route, RouteAnswer } from './route.ts';

type Json = { readonly [key: string]: unknown };

/** What can go wrong at any route. */
const COMMON_PROBLEMS: readonly ProblemCode[] = [
  'invalid-request',
  'not-acceptable',
  'wrong-host',
  'too-many-requests',
  'overloaded',
];
/** What can go wrong where a token can be asked for, or is shown all the same. */
const TOKEN_PROBLEMS: readonly ProblemCode[] = ['unauthorized', 'forbidden'];
/** What can go wrong where a body is read. */
const BODY_PROBLEMS: readonly ProblemCode[] = [
  'malformed-json',
  'malformed-body',
  'request-timeout',
  'body-too-large',
  'unsupported-media-type',
  'unsupported-encoding',
];

/** What can go wrong where no body is expected, and may come all the same. */
const EMPTY_BODY_PROBLEMS: readonly ProblemCode[] = ['unsupported-media-type'];

const PROBLEM_SCHEMA: Json = {
  type: 'object',
  description: 'Problem details (RFC 9457)',
  properties: {
    type: { type: 'string', format: 'uri', description: 'What kind of problem it is; stable' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What was wrong, where, and what was expected' },
  },
  required: ['type', 'title', 'status', 'detail'],
};

/** The OpenAPI 3.1 document of these routes: made of the schemas that check requests and type answers. */
export function openApiDocument(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Proxy-herd',
      version,
      description: 'Reports, locations and places of a herd of servers; any of them answers.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas: { Problem: PROBLEM_SCHEMA } },
  };
}

function operationOf(route: Route): Json {
  const { name, summary, description, body, scope } = route;
  return {
    operationId: name,
    summary,
    ...(description === undefined ? {} : { description }),
    'x-scope': scope,
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      ...Object.entries(route.headers ?? {}).map(([header, what]) => ({
        name: header,
        in: 'header',
        description: what,
        schema: { type: 'string' },
      })),
    ],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: Object.fromEntries(
              body.types.map((type) => [
                type,
                { schema: schemaOf(body.otherSchemas?.[type] ?? body.schema, 'input') },
              ]),
            ),
          },
        }),
    responses: { ...answersOf(route.answers), ...problemsOf(route) },
  };
}

const objectSchema = z.looseObject({
  properties: z
    .record(z.string(), z.looseObject({ description: z.string().optional() }))
    .optional(),
  required: z.array(z.string()).optional(),
});

function parametersOf(schema: z.ZodType, where: 'path' | 'query'): Json[] {
  const { properties = {}, required = [] } = objectSchema.parse(schemaOf(schema, 'input'));
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    description: schema.description ?? '',
    schema,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return rest;
}

function answersOf(answers: Readonly<Record<number, RouteAnswer>>): Json {
  const entries = Object.entries(answers).map(([status, answer]): [string, Json] => [
    status,
    answerOf(answer),
  ]);
  return Object.fromEntries(entries);
}

function answerOf({ description, content, headers }: RouteAnswer): Json {
  return {
    description,
    ...(headers === undefined ? {} : { headers: headersOf(headers) }),
    ...(content === undefined ? {} : { content: contentOf(content) }),
  };
}

function contentOf(content: Readonly<Record<string, z.ZodType>>): Json {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [type, { schema: schemaOf(schema, 'output') }]),
  );
}

function headersOf(headers: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [
      name,
      { description, schema: { type: 'string' } },
    ]),
  );
}

function problemsOf({ method, scope, problems, body }: Route): Json {
  const ofBody = body === undefined ? EMPTY_BODY_PROBLEMS : BODY_PROBLEMS;
  const ofToken = scope === 'public' ? [] : TOKEN_PROBLEMS;
  const codes = [...COMMON_PROBLEMS, ...ofToken, ...(method === 'GET' ? [] : ofBody), ...problems];
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const status = statusOf(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const [type = ''] = PROBLEM_TYPE.split(';');
  return Object.fromEntries(
    Array.from(byStatus, ([status, its]) => [
      String(status),
      {
        description: its.map((code) => `\`${code}\`: ${titleOf(code)}`).join('. '),
        content: { [type]: { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { z } from 'zod';
import { anyText } from '#src/protocol/any-text.test.js';
import { accessOptions, TOKENS } from '../support/access.ts';
import { ask, problemIn, put, type HttpAsk, type HttpReply } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';

/*
 * Requests made from the OpenAPI document, valid and not: no answer has a status of 500 and above, and each is
 * what the document says of its status.
 */

const schemaSchema = z.looseObject({});
type Schema = z.infer<typeof schemaSchema>;
const contentSchema = z.record(z.string(), z.object({ schema: schemaSchema }));

const documentSchema = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        operationId: z.string(),
        parameters: z.array(
          z.object({
            name: z.string(),
            in: z.string(),
            required: z.boolean().optional(),
            schema: schemaSchema,
          }),
        ),
        requestBody: z.object({ content: contentSchema }).optional(),
        responses: z.record(z.string(), z.object({ content: contentSchema.optional() })),
      }),
    ),
  ),
  components: z.object({ schemas: z.record(z.string(), schemaSchema) }),
});

type Operation = ReturnType<typeof operationsOf>[number];

function operationsOf({ paths }: z.infer<typeof documentSchema>) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      Object.assign(operation, { path, method: method.toUpperCase() }),
    ),
  );
}

/** Some texts that mean something to the routes, so that more than refusals is seen. */
const usefulText = fc.constantFrom(
  'a',
  'b',
  'base64:__4',
  '1,2',
  '-180,-90,180,90',
  '2026-01-01T00:00:00Z',
  '1621464827.5',
  '*',
  '0',
  '10',
  'é/?#%',
  '',
);
const usefulToken = fc.constantFrom(TOKENS.reporter.token, TOKENS.expired.token);
const someText = fc.oneof(usefulText, fc.string(), anyText());

/** Values of a schema, and some that are none of it. */
function valuesOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const right = rightValuesOf(schema, depth);
  return fc.oneof({ arbitrary: right, weight: 9 }, { arbitrary: fc.jsonValue(), weight: 1 });
}

function rightValuesOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const { anyOf, oneOf, type, minimum, maximum, properties, additionalProperties, ...more } = z
    .looseObject({
      anyOf: z.array(schemaSchema).optional(),
      oneOf: z.array(schemaSchema).optional(),
      const: z.string().optional(),
      enum: z.array(z.string()).optional(),
      items: schemaSchema.optional(),
      minItems: z.number().optional(),
      required: z.array(z.string()).optional(),
      type: z.union([z.string(), z.array(z.string())]).optional(),
      minimum: z.number().optional(),
      maximum: z.number().optional(),
      properties: z.record(z.string(), schemaSchema).optional(),
      additionalProperties: z.union([z.boolean(), schemaSchema]).optional(),
    })
    .parse(schema);
  if (Array.isArray(type))
    return fc.oneof(...type.map((each) => valuesOf({ ...schema, type: each }, depth)));
  const variants = anyOf ?? oneOf;
  if (variants !== undefined) return fc.oneof(...variants.map((each) => valuesOf(each, depth)));
  if (more.const !== undefined) return fc.constant(more.const);
  if (more.enum !== undefined) return fc.constantFrom(...more.enum);
  const [min, max] = [Math.max(minimum ?? -1e6, -1e9), Math.min(maximum ?? 1e6, 1e9)];
  switch (type) {
    case 'integer':
      return fc.integer({ min, max });
    case 'number':
      return fc.double({ min, max, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'array': {
      const minLength = more.minItems ?? 0;
      return fc.array(valuesOf(more.items ?? {}, depth + 1), {
        minLength,
        maxLength: minLength + 4,
      });
    }
    case 'object': {
      const members = Object.entries(properties ?? {}).map(([name, each]) => [
        name,
        name === 'token' ? fc.oneof(usefulToken, someText) : valuesOf(each, depth + 1),
      ]);
      const known = fc.record(
        Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>,
        {
          requiredKeys: more.required ?? [],
        },
      );
      if (typeof additionalProperties !== 'object') return known;
      return fc.dictionary(
        fc.stringMatching(/^[a-z][A-Za-z0-9]{0,9}$/),
        valuesOf(additionalProperties, depth + 1),
        { maxKeys: 3 },
      );
    }
    default:
      return someText;
  }
}

/** What is wrong with a request in a way that no schema tells. */
const FAULTS: readonly ((asked: HttpAsk, noise: Uint8Array) => HttpAsk)[] = [
  (asked, noise) => ({ ...asked, body: noise }),
  (asked, noise) => ({ ...asked, body: String(asked.body ?? '').slice(0, noise.length) }),
  (asked, noise) => ({ ...asked, path: `${asked.path}?${Buffer.from(noise).toString('hex')}` }),
  (asked, noise) => ({
    ...asked,
    headers: { ...asked.headers, 'content-type': headerText(noise) },
  }),
  (asked, noise) => ({
    ...asked,
    headers: { ...asked.headers, 'content-encoding': 'gzip' },
    body: gzipSync(String(asked.body ?? '')).subarray(noise.length % 10),
  }),
  (asked, noise) => {
    const text = headerText(noise);
    const names = [
      'accept',
      'if-none-match',
      'consistency-token',
      'last-event-id',
      'accept-encoding',
    ];
    return {
      ...asked,
      headers: { ...asked.headers, ...Object.fromEntries(names.map((name) => [name, text])) },
    };
  },
];

/** Bytes as a header may have them. */
function headerText(noise: Uint8Array): string {
  return Buffer.from(noise)
    .toString('latin1')
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, '');
}

/** Requests of an operation: most as the document has them, some with a fault besides. */
function requestsOf(operation: Operation): fc.Arbitrary<HttpAsk> {
  const orderly = orderlyRequestsOf(operation);
  const faulty = fc
    .tuple(orderly, fc.constantFrom(...FAULTS), fc.uint8Array({ maxLength: 40 }))
    .map(([asked, fault, noise]) => fault(asked, noise));
  return fc.oneof({ arbitrary: orderly, weight: 4 }, { arbitrary: faulty, weight: 1 });
}

function orderlyRequestsOf({
  path,
  method,
  parameters,
  requestBody,
}: Operation): fc.Arbitrary<HttpAsk> {
  const inPart = (part: string) => parameters.filter((each) => each.in === part);
  const ids = fc.oneof(usefulText, someText);
  // What has to be there is seldom left out: nothing else of such a request would be tried.
  const queries = inPart('query').map(({ name, required, schema }) =>
    fc.oneof(
      { arbitrary: fc.constant(undefined), weight: required === true ? 1 : 6 },
      {
        arbitrary: valuesOf(schema).map((value) => `${name}=${encodeURIComponent(textOf(value))}`),
        weight: required === true ? 6 : 1,
      },
    ),
  );
  const headers = fc.record(
    {
      accept: fc.constantFrom('*/*', 'application/json', 'application/geo+json', 'text/html'),
      'consistency-token': fc.constantFrom('Riley', ''),
      'if-none-match': fc.constantFrom('*', 'x', '"y"'),
    },
    { requiredKeys: [] },
  );
  const [[type, content] = [undefined, undefined]] = Object.entries(requestBody?.content ?? {});
  const lines =
    content === undefined
      ? fc.constant(undefined)
      : fc.array(valuesOf(content.schema), {
          minLength: 1,
          maxLength: type === 'application/json' ? 1 : 4,
        });
  return fc.record({ ids, queries: fc.tuple(...queries), headers, lines }).map((drawn) => {
    const query = drawn.queries.filter((each) => each !== undefined).join('&');
    const full = path.replace(/\{\w+\}/g, encodeURIComponent(wellFormed(drawn.ids)));
    const body = drawn.lines?.map((line) => JSON.stringify(line)).join('\n');
    const asked = {
      method,
      path: query === '' ? full : `${full}?${query}`,
      headers: Object.assign(drawn.headers, type === undefined ? {} : { 'content-type': type }),
    };
    return body === undefined ? asked : Object.assign(asked, { body });
  });
}

function textOf(value: unknown): string {
  return wellFormed(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Without halves of surrogate pairs, which no URL can have. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '_');
}

/** Checks answers against an OpenAPI document. */
class AnswerChecker {
  readonly #ajv: Ajv2020;

  /** @param document an OpenAPI document */
  constructor(document: object) {
    // The keywords of OpenAPI are no keywords of JSON Schema.
    this.#ajv = addFormats.default(
      new Ajv2020({ strictSchema: false, strictTypes: false, allErrors: true }),
    );
    this.#ajv.addSchema(document, 'document');
  }

  /** Fails unless an answer is what the document says of its status. */
  check({ path, method, responses }: Operation, answer: HttpReply): void {
    const { status, headers, bytes } = answer;
    assert.ok(status < 500, `${status} ${bytes.toString()}`);
    const said = responses[String(status)];
    assert.ok(said !== undefined, `the document has no status ${status}`);
    if (status >= 400) problemIn(answer);
    const [type = ''] = (headers['content-type'] ?? '').split(';');
    if (said.content === undefined) return assert.equal(bytes.length, 0);
    assert.ok(said.content[type] !== undefined, `the document has no ${type} for ${status}`);
    if (type === 'text/event-stream') return; // it goes on: see events.test.ts
    if (type === 'application/octet-stream') return; // bytes, of which the schema says no more
    if (type === 'text/plain') return; // a text, of which the schema says no more
    const validate = this.#validator([
      'paths',
      path,
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
      type,
      'schema',
    ]);
    const text = bytes.toString();
    for (const each of type === 'application/x-ndjson'
      ? text.split('\n').filter(Boolean)
      : [text]) {
      const isValid = validate(JSON.parse(each));
      assert.ok(isValid, `${each}: ${this.#ajv.errorsText(validate.errors)}`);
    }
  }

  /** @param place of the schema in the document */
  #validator(place: readonly string[]): ValidateFunction {
    const pointer = place.map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
    const validate = this.#ajv.getSchema(`document#/${encodeURI(pointer)}`);
    assert.ok(validate !== undefined, `there is no schema at ${pointer}`);
    return validate;
  }
}

/**
 * Defines the tests that a server answers as its OpenAPI document says.
 *
 * @param numRuns how many requests there are of each operation
 */
export async function testOpenApi(numRuns: number, seed: number): Promise<void> {
  // On loopback no token is asked for; those that are asked about are known all the same.
  const access = accessOptions({ clients: 'never', gateway: 'beyond-loopback' });
  const server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 }, access });
  after(() => server[Symbol.asyncDispose]());
  const { json } = await ask(server.gateway, { path: '/v1/openapi.json' });
  const checker = new AnswerChecker(z.looseObject({}).parse(json));
  for (const operation of operationsOf(documentSchema.parse(json))) {
    test(`${operation.operationId} answers as the document says`, async () => {
      await populate(server);
      const statuses = new Set<number>();
      const property = fc.asyncProperty(requestsOf(operation), async (asked) => {
        const answer = await ask(server.gateway, asked);
        statuses.add(answer.status);
        checker.check(operation, answer);
      });
      await fc.assert(property, { seed, numRuns });
      // One of a WebSocket alone is answered without one, too.
      const isUpgrade = !Object.keys(operation.responses).some((status) => status.startsWith('2'));
      // A server alone has no demo.
      const isDemo = operation.path === '/v1/demo';
      const isSuccess = (status: number): boolean =>
        status < 300 || (isUpgrade && status === 426) || (isDemo && status === 409);
      const isAnswered = [...statuses].some(isSuccess);
      assert.ok(isAnswered, `only ${[...statuses].join(', ')}`);
    });
  }
}

/** Some clients, cards and geofences, whatever a request before has removed. */
async function populate(server: OwnServer): Promise<void> {
  for (const name of ['a', 'b', '0']) {
    const shape = { type: 'circle', latitude: 1, longitude: 2, radiusM: 50 };
    await put(server.gateway, `/v1/geofences/${name}`, { shape });
  }
  const clients = ['a', 'b', 'base64:__4', 'é/?#%'];
  for (const client of clients) {
    await put(server.gateway, `/v1/clients/${encodeURIComponent(client)}/card`, { name: 'A' });
  }
  const body = clients
    .map((client) => `${JSON.stringify({ client, latitude: 1, longitude: 2 })}\n`)
    .join('');
  const headers = { 'content-type': 'application/x-ndjson' };
  await ask(server.gateway, { method: 'POST', path: '/v1/locations', headers, body });
}

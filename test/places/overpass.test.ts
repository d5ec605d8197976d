import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';

import { createOverpassProvider, type OverpassOptions } from '#src/places/overpass/provider.js';
import { eventuallyTrue } from '../support/eventually.ts';
import { type AskedRequest, AnsweringUpstream } from './answering-upstream.ts';
import { failureOf, outcomeOf, pageOf, PATIENT_MS } from './contract/outcome.ts';

const EMPTY = JSON.stringify({ elements: [] });

/** The request that a provider with these options makes. */
async function asked(
  optionsFor: (url: string) => Partial<OverpassOptions> = () => ({}),
): Promise<AskedRequest> {
  await using upstream = await AnsweringUpstream.start((_request, response) => response.end(EMPTY));
  const { url } = upstream;
  const options = { url, contact: undefined, deadlineMs: PATIENT_MS, ...optionsFor(url) };
  await outcomeOf(createOverpassProvider(options), '');
  const [request] = upstream.requests;
  assert(request !== undefined);
  return request;
}

test('the query is posted as a form, for JSON, with the deadline as its timeout', async () => {
  const { method, url, headers, body } = await asked();
  assert.deepEqual([method, url.pathname], ['POST', '/api/interpreter']);
  assert.equal(headers['content-type'], 'application/x-www-form-urlencoded');
  const [[name, query] = [], ...further] = new URLSearchParams(await body);
  assert.equal(name, 'data');
  assert.match(query ?? '', /^\[out:json\]\[timeout:60\];\n/);
  assert.match(query ?? '', /around:10000,34\.06893,-118\.445127/);
  assert.deepEqual(further, []);
});

test('the URL of the interpreter is taken as well as its base', async () => {
  const { url } = await asked((url) => ({ url: `${url}/osm/api/interpreter` }));
  assert.equal(url.pathname, '/osm/api/interpreter');
});

test('the server is told who asks, and whom to turn to', async () => {
  assert.equal((await asked()).headers['user-agent'], 'proxy-herd');
  const { headers } = await asked(() => ({ contact: 'ops@herd.example' }));
  assert.equal(headers['user-agent'], 'proxy-herd (ops@herd.example)');
});

test('at most two calls are under way at once, from whatever provider of the process', async () => {
  const held: ServerResponse[] = [];
  await using upstream = await AnsweringUpstream.start((_request, response) => {
    held.push(response);
  });
  const [first, second] = [0, 1].map(() =>
    createOverpassProvider({ url: upstream.url, contact: undefined, deadlineMs: PATIENT_MS }),
  );
  assert(first !== undefined && second !== undefined);
  const outcomes = [first, second, first, second, first].map((provider) => outcomeOf(provider, ''));
  for (let answered = 0; answered < outcomes.length; answered++) {
    await eventuallyTrue('a call comes', () => held.length > answered);
    held[answered]?.end(EMPTY);
    assert(held.length <= answered + 2, `${held.length} calls, ${answered} answered`);
  }
  for (const outcome of await Promise.all(outcomes))
    assert.equal(pageOf(outcome).status, 'ZERO_RESULTS');
});

test('a call that waits for others too long is given up, and nothing is sent', async () => {
  const held: ServerResponse[] = [];
  await using upstream = await AnsweringUpstream.start((_request, response) => {
    held.push(response);
  });
  const create = (deadlineMs: number) =>
    createOverpassProvider({ url: upstream.url, contact: undefined, deadlineMs });
  const patient = [0, 1].map(() => outcomeOf(create(PATIENT_MS), ''));
  await eventuallyTrue('two calls are under way', () => held.length === 2);
  failureOf(await outcomeOf(create(20), ''), 'UPSTREAM_TIMEOUT');
  assert.equal(held.length, 2);
  for (const response of held) response.end(EMPTY);
  for (const outcome of await Promise.all(patient)) pageOf(outcome);
});

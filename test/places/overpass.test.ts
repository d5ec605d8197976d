import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createOverpassProvider, type OverpassOptions } from '#src/places/overpass/provider.js';
import { type AskedRequest, AnsweringUpstream } from './answering-upstream.ts';
import { HTTP, PATIENT_MS } from './contract/asking.ts';
import { outcomeOf } from './contract/outcome.ts';

const EMPTY = JSON.stringify({ elements: [] });

/** The request that a provider with these options makes. */
async function asked(
  optionsFor: (url: string) => Partial<OverpassOptions> = () => ({}),
): Promise<AskedRequest> {
  await using upstream = await AnsweringUpstream.start((_request, response) => response.end(EMPTY));
  const { url } = upstream;
  const options = { url, contact: undefined, deadlineMs: PATIENT_MS, ...optionsFor(url) };
  await outcomeOf(createOverpassProvider(options, HTTP), '');
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

test('the request names the program, and whom to contact', async () => {
  assert.equal((await asked()).headers['user-agent'], 'proxy-herd');
  const { headers } = await asked(() => ({ contact: 'ops@herd.example' }));
  assert.equal(headers['user-agent'], 'proxy-herd (ops@herd.example)');
});

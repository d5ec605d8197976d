import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { METRICS } from '#src/gateway/ops/metrics/metrics.js';
import { readMarkdown, rowsOf } from '../docs/markdown.ts';
import { exchange } from '../support/client.ts';
import { OPEN_SEA, moment } from '../support/commands.ts';
import { eventually } from '../support/eventually.ts';
import { ask, problemIn, put } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { takePorts } from '../support/ports.ts';

/* What an operator asks of a server: /healthz, /readyz and /metrics. */

const ANY = { host: '127.0.0.1', port: 0 };

const server = await OwnServer.start({ gateway: ANY });
after(() => server[Symbol.asyncDispose]());

/** The values of a server's metrics, by name and labels as they stand in the line. */
async function scrape({ gateway }: OwnServer): Promise<Map<string, number>> {
  const { status, headers, bytes } = await ask(gateway, { path: '/metrics' });
  assert.equal(status, 200);
  assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4; charset=utf-8$/);
  const lines = String(bytes)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name = '', value = ''] = /^(\S+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      assert.notEqual(name, '', line);
      return [name, Number(value.replace('+Inf', 'Infinity'))];
    }),
  );
}

test('what clients ask, and what they are answered, is counted by front end and result', async () => {
  const before = await scrape(server);
  const where = `${OPEN_SEA} ${moment(0)}`;
  await exchange(
    server.clients,
    `IAMAT anna ${where}\nIAMAT ben ${where}\nWHATSAT anna 10 1\nWHATSAT nobody 10 1\nnonsense\n`,
  );
  await put(server.gateway, '/v1/clients/carl/location', { latitude: 1, longitude: 2 });
  await put(server.gateway, '/v1/clients/carl/location', { latitude: 91, longitude: 2 });
  await ask(server.gateway, { method: 'DELETE', path: '/v1/clients/ben' });
  await ask(server.gateway, { path: '/v1/clients/no%20body' });
  await ask(server.gateway, { path: '/nowhere' });
  const values = await eventually('the connection has closed', async () => {
    const values = await scrape(server);
    return values.get('proxy_herd_connections{front_end="text"}') === 0 ? values : undefined;
  });
  const rises = Object.fromEntries(
    [...values].flatMap(([name, value]) => {
      const rise = value - (before.get(name) ?? 0);
      return rise > 0 && /^proxy_herd_\w+_total|_clients$|_tombstones$/.test(name)
        ? [[name, rise]]
        : [];
    }),
  );
  const {
    ['proxy_herd_http_requests_total{method="GET",route="/metrics",status="200"}']: scrapes,
    ...others
  } = rises;
  assert.ok(scrapes !== undefined && scrapes >= 1);
  const { ['proxy_herd_replies_total{front_end="http",result="ok"}']: ok, ...rest } = others;
  assert.equal(ok, scrapes + 2);
  const http = (method: string, route: string, status: number): string =>
    `proxy_herd_http_requests_total{method="${method}",route="${route}",status="${status}"}`;
  assert.deepEqual(rest, {
    proxy_herd_clients: 2,
    proxy_herd_tombstones: 1,
    'proxy_herd_reports_total{front_end="text",result="accepted"}': 2,
    'proxy_herd_reports_total{front_end="http",result="accepted"}': 1,
    'proxy_herd_removals_total{result="accepted"}': 1,
    'proxy_herd_replies_total{front_end="text",result="ok"}': 3,
    'proxy_herd_replies_total{front_end="text",result="refused"}': 2,
    'proxy_herd_replies_total{front_end="http",result="refused"}': 3,
    proxy_herd_text_connections_opened_total: 1,
    [http('PUT', '/v1/clients/{id}/location', 204)]: 1,
    [http('PUT', '/v1/clients/{id}/location', 400)]: 1,
    [http('DELETE', '/v1/clients/{id}', 204)]: 1,
    [http('GET', '/v1/clients/{id}', 400)]: 1,
    [http('GET', 'none', 404)]: 1,
    'proxy_herd_places_questions_total{answer="called"}': 1,
  });
});

test('no client stands in the metrics', async () => {
  await exchange(server.clients, `IAMAT someone-special ${OPEN_SEA} ${moment(0)}\n`);
  await ask(server.gateway, { path: '/v1/clients/someone-special' });
  const { bytes } = await ask(server.gateway, { path: '/metrics' });
  assert.ok(!String(bytes).includes('someone-special'));
});

test('a server answers /healthz while it has yet to hear from its neighbours, and is not ready', async () => {
  const [port = 0] = await takePorts(1);
  const away = { name: 'Bernard', peers: { ...ANY, port } };
  await using alone = await OwnServer.start({ gateway: ANY, neighbours: [away] });
  const health = await ask(alone.gateway, { path: '/healthz' });
  assert.deepEqual([health.status, health.json], [200, { status: 'ok' }]);
  const ready = await ask(alone.gateway, { path: '/readyz' });
  assert.equal(ready.status, 503);
  assert.equal(problemIn(ready), 'not-joined');
  assert.equal((await scrape(alone)).get('proxy_herd_ready'), 0);
  assert.equal((await scrape(alone)).get('proxy_herd_link_up{neighbour="Bernard"}'), 0);
});

test('a server without neighbours is ready at once', async () => {
  const ready = await ask(server.gateway, { path: '/readyz' });
  assert.deepEqual([ready.status, ready.json], [200, { status: 'ready' }]);
  assert.equal(ready.headers['cache-control'], 'no-store');
});

test('docs/METRICS.md has every metric with its type, labels and meaning, and no other', async () => {
  const rows = rowsOf(await readMarkdown('docs/METRICS.md')).filter(([name = '']) =>
    /^`(proxy_herd|process|nodejs)_\w+`$/.test(name),
  );
  const known = METRICS.map(({ name, type, labels, help }) => {
    const list = labels.map((label) => `\`${label}\``).join(', ');
    return `\`${name}\` | ${type} | ${list} | ${help.replace(/\.$/, '')}`;
  });
  const { bytes } = await ask(server.gateway, { path: '/metrics' });
  const ofProcess = [...String(bytes).matchAll(/^# TYPE ((?:process|nodejs)_\w+) (\w+)$/gm)].map(
    ([, name, type]) => `\`${name}\` | ${type}`,
  );
  const documented = rows.map((row) => (row.length === 4 ? row : row.slice(0, 2)).join(' | '));
  assert.ok(ofProcess.length > 10);
  assert.deepEqual(documented.toSorted(), [...known, ...ofProcess].toSorted());
});

test('reports that wait for the commit gate count once it lets them through, and refused ones by why', async () => {
  await using full = await OwnServer.start({
    gateway: ANY,
    acknowledge: 'neighbours',
    maxClients: 1,
  });
  const where = `${OPEN_SEA} ${moment(0)}`;
  await exchange(full.clients, `IAMAT anna ${where}\nIAMAT anna ${where}\nIAMAT ben ${where}\n`);
  await put(full.gateway, '/v1/clients/carl/location', { latitude: 1, longitude: 2 });
  const values = await scrape(full);
  const reports = (frontEnd: string, result: string): number | undefined =>
    values.get(`proxy_herd_reports_total{front_end="${frontEnd}",result="${result}"}`);
  assert.equal(reports('text', 'accepted'), 2);
  assert.equal(reports('text', 'too_many_clients'), 1);
  assert.equal(reports('http', 'too_many_clients'), 1);
  assert.equal(values.get('proxy_herd_replies_total{front_end="text",result="failed"}'), 1);
  assert.equal(values.get('proxy_herd_replies_total{front_end="http",result="failed"}'), 1);
  assert.equal(values.get('proxy_herd_clients'), 1);
  assert.equal(values.get('proxy_herd_clients_limit'), 1);
});

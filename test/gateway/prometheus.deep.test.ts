import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { Address } from '#src/transport/address.js';
import { readMarkdown, rowsOf } from '../docs/markdown.ts';
import { moment, OPEN_SEA, say } from '../support/commands.ts';
import { eventually, eventuallyTrue } from '../support/eventually.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { HookReceiver } from '../support/hook-receiver.ts';
import { HOOK_SECRET } from '../support/hooks.ts';
import { ask, put } from '../support/http.ts';
import { takePorts } from '../support/ports.ts';
import { CHECKOUT, runCli, TestProcess } from '../support/process.ts';
import { untilLink } from '../support/server-log.ts';
import { pageOf, TestUpstream } from '../support/upstream.ts';

/*
 * What is in examples/prometheus and examples/grafana, against Prometheus itself: Debian's package `prometheus`,
 * with promtool.
 */

const isInstalled = spawnSync('promtool', ['--version']).status === 0;
const SKIP = {
  skip: isInstalled ? false : 'Prometheus is not installed: apt-get install prometheus',
};

const EXAMPLES = join(CHECKOUT, 'examples/prometheus');
const ALERTS = join(EXAMPLES, 'alerts.yml');

/** Runs promtool, which has to find nothing. */
async function promtool(args: readonly string[], input = ''): Promise<void> {
  await using process = new TestProcess('promtool', args, { cwd: CHECKOUT });
  process.stdin.end(input);
  const { code, stdout, stderr } = await process.finished();
  assert.equal(code, 0, `promtool ${args.join(' ')}\n${stdout}${stderr}`);
  assert.equal(stderr, '', `promtool ${args.join(' ')}`);
}

test(
  'promtool finds the examples right, and the alerts do what their tests say',
  SKIP,
  async () => {
    await promtool(['check', 'config', join(EXAMPLES, 'prometheus.yml')]);
    await promtool(['check', 'rules', ALERTS]);
    await promtool(['test', 'rules', join(EXAMPLES, 'alerts.test.yml')]);
  },
);

const rulesSchema = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});

async function readRules(): Promise<{ alert: string; expr: string }[]> {
  const { groups } = rulesSchema.parse(parse(await readFile(ALERTS, 'utf8')));
  return groups.flatMap(({ rules }) => rules);
}

test('docs/METRICS.md has every alert, each of which has a test', async () => {
  const alerts = (await readRules()).map(({ alert }) => alert);
  const rows = rowsOf(await readMarkdown('docs/METRICS.md'));
  const documented = rows.flatMap(([cell = '']) => /^`([A-Z]\w+)`$/.exec(cell)?.[1] ?? []);
  assert.deepEqual(documented, alerts);
  const tests = await readFile(join(EXAMPLES, 'alerts.test.yml'), 'utf8');
  for (const alert of alerts) assert.ok(tests.includes(`alertname: ${alert}\n`), alert);
});

/** Where Grafana asks: the data source that is chosen at the top of the dashboard. */
const sourceSchema = z.object({ type: z.literal('prometheus'), uid: z.literal('${datasource}') });
const panelSchema = z.object({
  id: z.int(),
  type: z.enum(['row', 'timeseries', 'stat']),
  title: z.string().min(1),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int().min(1), h: z.int().min(1) }),
  datasource: sourceSchema.optional(),
  targets: z
    .array(z.object({ expr: z.string(), refId: z.string(), datasource: sourceSchema }))
    .default([]),
});
const dashboardSchema = z.object({
  panels: z.array(panelSchema),
  templating: z.object({ list: z.array(z.object({ name: z.string() })) }),
});

async function readDashboard(): Promise<z.infer<typeof dashboardSchema>> {
  const text = await readFile(join(CHECKOUT, 'examples/grafana/proxy-herd.json'), 'utf8');
  return dashboardSchema.parse(JSON.parse(text));
}

test('the dashboard has a row for each part, and each panel has a place of its own', async () => {
  const { panels, templating } = await readDashboard();
  assert.deepEqual(
    templating.list.map(({ name }) => name),
    ['datasource', 'server'],
  );
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const rows = panels.filter(({ type }) => type === 'row').map(({ title }) => title);
  const parts = ['Traffic', 'Replication', 'Journal', 'Places', 'Live updates', 'Process'];
  assert.deepEqual(rows, ['Herd', ...parts]);
  const taken = new Set<string>();
  for (const { type, title, gridPos, targets, datasource } of panels) {
    assert.equal(targets.length > 0 && datasource !== undefined, type !== 'row', title);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        assert.ok(x >= 0 && x < 24 && !taken.has(`${x} ${y}`), title);
        taken.add(`${x} ${y}`);
      }
    }
  }
});

/** The questions of the dashboard, with the values that Grafana would put in. */
async function dashboardQueries(): Promise<string[]> {
  const { panels } = await readDashboard();
  return panels.flatMap(({ targets }) =>
    targets.map(({ expr }) =>
      expr.replaceAll('$server', '.*').replaceAll('$__rate_interval', '1m'),
    ),
  );
}

const answerSchema = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string()]),
      }),
    ),
  }),
});
type Answer = z.infer<typeof answerSchema>['data']['result'];

/** A real Prometheus that scrapes a herd as the example says, with a token. */
class Prometheus implements AsyncDisposable {
  readonly #address: Address;
  readonly #process: TestProcess;

  private constructor(address: Address, process: TestProcess) {
    this.#address = address;
    this.#process = process;
  }

  static async start(herd: TestHerd, tokenFile: string): Promise<Prometheus> {
    const configuration = z
      .looseObject({
        global: z.looseObject({}),
        scrape_configs: z.tuple([
          z.looseObject({
            static_configs: z.array(z.object({ labels: z.object({ server: z.string() }) })),
          }),
        ]),
      })
      .parse(parse(await readFile(join(EXAMPLES, 'prometheus.yml'), 'utf8')));
    const [job] = configuration.scrape_configs;
    const scrape = {
      ...job,
      authorization: { type: 'Bearer', credentials_file: tokenFile },
      static_configs: job.static_configs.map(({ labels }) => {
        const { host, port } = herd.gateway(labels.server);
        return { labels, targets: [`${host}:${port}`] };
      }),
    };
    const file = join(herd.folder, 'prometheus.yml');
    const global = { scrape_interval: '1s', evaluation_interval: '1s' };
    const adapted = { ...configuration, global, rule_files: [ALERTS], scrape_configs: [scrape] };
    await writeFile(file, stringify(adapted));
    const [port = 0] = await takePorts(1);
    const address = { host: '127.0.0.1', port };
    const process = new TestProcess('prometheus', [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(herd.folder, 'prometheus')}`,
      `--web.listen-address=${address.host}:${port}`,
    ]);
    await process.waitFor(/Server is ready to receive web requests/, 'stderr');
    return new Prometheus(address, process);
  }

  /** Asks a question in PromQL; fails where it is none. */
  async query(question: string): Promise<Answer> {
    const { bytes } = await ask(this.#address, {
      path: `/api/v1/query?query=${encodeURIComponent(question)}`,
    });
    const answer = answerSchema.safeParse(JSON.parse(String(bytes)));
    assert.ok(answer.success, `${question}: ${String(bytes)}`);
    return answer.data.data.result;
  }

  /** The value of a question that has one. */
  async value(question: string): Promise<number> {
    const answer = await this.query(question);
    assert.equal(answer.length, 1, question);
    return Number(answer[0]?.value[1]);
  }

  /** The names of all that was scraped. */
  async names(): Promise<Set<string>> {
    const { json } = await ask(this.#address, { path: '/api/v1/label/__name__/values' });
    return new Set(z.object({ data: z.array(z.string()) }).parse(json).data);
  }

  /** The state of each alert. */
  async alerts(): Promise<Map<string, { health: string; state: string }>> {
    const { json } = await ask(this.#address, { path: '/api/v1/rules' });
    const { data } = z
      .object({
        data: z.object({
          groups: z.array(
            z.object({
              rules: z.array(z.object({ name: z.string(), health: z.string(), state: z.string() })),
            }),
          ),
        }),
      })
      .parse(json);
    return new Map(data.groups.flatMap(({ rules }) => rules).map((rule) => [rule.name, rule]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}

/** Some of everything: reports over both front ends, questions, a removal. */
async function makeTraffic(herd: TestHerd, token: string, round: number): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  for (const server of herd.servers) {
    const client = `from-${server}`;
    const where = `${OPEN_SEA} ${moment(round)}`;
    await say(herd, server, `IAMAT ${client} ${where}\nWHATSAT ${client} 10 1\nnonsense\n`);
    const at = { latitude: 1, longitude: 2 };
    await put(herd.gateway(server), `/v1/clients/${client}-http/location`, at, headers);
  }
}

test(
  'a real Prometheus scrapes a real herd, and the dashboard and the alerts ask what there is',
  SKIP,
  async () => {
    await using upstream = await TestUpstream.start();
    upstream.answerFromNowOn(JSON.stringify(pageOf('Café')));
    await using receiver = await HookReceiver.start();
    await using herd = await TestHerd.make({
      ...DIAGRAM,
      hasGateways: true,
      data: './data',
      hooks: { hook: { url: receiver.url, allowPrivate: true, secretFile: 'hook.secret' } },
      places: { ...upstream.places, budget: { perDay: 100 } },
    });
    await appendFile(
      herd.configFile,
      'access: { file: access.yaml, clients: never, gateway: always }\n',
    );
    await writeFile(join(herd.folder, 'hook.secret'), HOOK_SECRET);
    const create = ['token', 'create', '--name', 'prometheus', '--operate', '--client', '*'];
    const made = await runCli([...create, '--config', herd.configFile]);
    assert.equal(made.code, 0, made.stderr);
    const token = made.stdout.trim();
    const tokenFile = join(herd.folder, 'prometheus.token');
    await writeFile(tokenFile, made.stdout);
    const servers = await herd.serveAll({ GOOGLE_MAPS_API_KEY: 'a-test-key' });
    for (const [a, b] of DIAGRAM.links ?? []) await untilLink(herd, a, b, 'link-up');
    await makeTraffic(herd, token, 0);

    for (const server of herd.servers) {
      const path = '/metrics';
      assert.equal((await ask(herd.gateway(server), { path })).status, 401, 'without a token');
      const headers = { authorization: `Bearer ${token}` };
      const text = String((await ask(herd.gateway(server), { path, headers })).bytes);
      await promtool(['check', 'metrics'], text);
    }

    await using prometheus = await Prometheus.start(herd, tokenFile);
    await eventuallyTrue('all five are up', async () => {
      return (await prometheus.query('up{job="proxy-herd"} == 1')).length === 5;
    });
    await eventuallyTrue('all five are ready', async () => {
      return (await prometheus.query('proxy_herd_ready == 1')).length === 5;
    });
    const accepted = 'sum(proxy_herd_reports_total{result="accepted"})';
    const before = await prometheus.value(accepted);
    assert.ok(before >= 10, String(before));
    let round = 0;
    await eventually('the reports that Prometheus knows of rise', async () => {
      round += 1;
      await makeTraffic(herd, token, round);
      const now = await prometheus.value(accepted);
      const clients = await prometheus.query('proxy_herd_clients == 10');
      // These are there from the first collection on.
      const collections = await prometheus.query('nodejs_gc_duration_seconds_sum');
      const isThere = clients.length === 5 && collections.length > 0;
      return now >= before + 20 && isThere ? now : undefined;
    });

    const names = await prometheus.names();
    const known = (expr: string): void => {
      for (const [name] of expr.matchAll(/\b(?:proxy_herd|process|nodejs)_\w+/g)) {
        assert.ok(names.has(name), `${name} is not in /metrics: ${expr}`);
      }
    };
    const queries = await dashboardQueries();
    assert.ok(queries.length > 50);
    for (const query of queries) {
      known(query);
      await eventuallyTrue(`an answer to ${query}`, async () => {
        return (await prometheus.query(query)).length > 0;
      });
    }
    for (const { alert, expr } of await readRules()) {
      known(expr);
      await eventuallyTrue(`${alert} is evaluated`, async () => {
        return (await prometheus.alerts()).get(alert)?.health === 'ok';
      });
    }
    await eventuallyTrue('no alert says that anything is wrong', async () => {
      return [...(await prometheus.alerts()).values()].every(({ state }) => state === 'inactive');
    });

    servers.get('Riley')?.signal('SIGKILL');
    await eventuallyTrue('Riley is down, and so are the links to it', async () => {
      const down = await prometheus.query('up{job="proxy-herd"} == 0');
      const links = await prometheus.query('proxy_herd_link_up{neighbour="Riley"} == 0');
      const pending = (await prometheus.alerts()).get('ServerDown')?.state === 'pending';
      return (
        down.length === 1 && down[0]?.metric['server'] === 'Riley' && links.length === 2 && pending
      );
    });
  },
);

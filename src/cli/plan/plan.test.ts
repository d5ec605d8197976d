import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { MEASURED } from './costs.ts';
import { formatPlan } from './format-plan.ts';
import { CORE_SHARE, ENGINES, MOST_CLIENTS, planHerd, type Wanted } from './plan.ts';

const SEED = 15;
const FLEET: Wanted = {
  clients: 1_000_000,
  everyMs: 30_000,
  servers: 10,
  links: 3,
  memoryBytes: 16e9,
  replicas: 3,
};

const wanteds = fc.record({
  clients: fc.integer({ min: 1, max: 1e9 }),
  everyMs: fc.integer({ min: 100, max: 3_600_000 }),
  servers: fc.integer({ min: 1, max: 1000 }),
  links: fc.integer({ min: 1, max: 10 }),
  memoryBytes: fc.constantFrom(1e9, 16e9, 256e9),
  replicas: fc.constantFrom(1, 3, 5),
});

test('at the most reports a server takes just the share of a core that it may, and a report more does not fit', () => {
  fc.assert(
    fc.property(wanteds, (wanted) => {
      for (const engine of ENGINES) {
        const { mostReportsPerSecond } = planHerd(wanted, MEASURED)[engine];
        const everyMs = (wanted.clients * 1000) / mostReportsPerSecond;
        const atMost = planHerd({ ...wanted, everyMs }, MEASURED)[engine];
        assert.ok(Math.abs(atMost.server.cores - CORE_SHARE) < 1e-6, `${atMost.server.cores}`);
        const { reasons } = planHerd({ ...wanted, everyMs: everyMs * 0.999 }, MEASURED)[engine];
        assert.ok(reasons.includes('more reports than a core takes'), engine);
      }
    }),
    { seed: SEED },
  );
});

test('more clients never take less, and what does not fit goes on not to fit', () => {
  fc.assert(
    fc.property(wanteds, (wanted) => {
      const less = planHerd(wanted, MEASURED);
      const more = planHerd({ ...wanted, clients: wanted.clients * 2 }, MEASURED);
      for (const engine of ENGINES) {
        for (const [name, need] of Object.entries(less[engine].server)) {
          const twice = more[engine].server[name as keyof (typeof less)['flood']['server']];
          assert.ok(twice >= need, `${engine} ${name}: ${need} and then ${twice}`);
        }
        assert.ok(more[engine].reasons.length >= less[engine].reasons.length);
      }
    }),
    { seed: SEED },
  );
});

test('a server alone sends nothing over links', () => {
  const { flood } = planHerd({ ...FLEET, servers: 1, links: 0 }, MEASURED);
  assert.equal(flood.server.sentBytesPerSecond, 0);
  assert.equal(
    flood.server.cores,
    (planHerd(FLEET, MEASURED).reportsPerSecond * MEASURED.reportUs) / 1e6,
  );
});

test('clients are bounded by memory, by maxClients, and servers by those whose statuses are kept', () => {
  assert.deepEqual(
    planHerd({ ...FLEET, clients: 10_000_000, everyMs: 600_000, memoryBytes: 1e9 }, MEASURED).flood
      .reasons,
    ["more clients than a server's memory has room for"],
  );
  assert.deepEqual(
    planHerd({ ...FLEET, clients: MOST_CLIENTS + 1, everyMs: 600_000 }, MEASURED).flood.reasons,
    ['more clients than maxClients may be'],
  );
  assert.deepEqual(planHerd({ ...FLEET, servers: 1001 }, MEASURED).flood.reasons, [
    '1001 servers, at most 1000 know of each other',
  ]);
});

test('the text says what is wanted, what it takes, and what does not fit', () => {
  const text = formatPlan(planHerd({ ...FLEET, clients: 1e9, servers: 1000 }, MEASURED));
  assert.match(
    text,
    /^1,000,000,000 clients that report every 30 s, over 1,000 servers: 33,300,000 reports\/s$/m,
  );
  assert.match(text, /^fits +no +no +no/m);
  assert.match(text, /^links: more clients than maxClients may be$/m);
});

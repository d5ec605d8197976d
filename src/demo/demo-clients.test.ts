import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createDemoClients, DEMO_CLIENT_IDS, type DemoClient } from './demo-clients.ts';
import { nearestServer } from './districts.ts';
import { DEMO_GEOFENCES } from './geofences.ts';
import { KINDS } from './kinds.ts';
import { CITY, distanceM, type Point } from './streets.ts';

const SECONDS = 240;

/** Lets time pass in steps of a second; calls `look` after each. */
function run(clients: readonly DemoClient[], look: (second: number) => void): void {
  for (let second = 1; second <= SECONDS; second++) {
    for (const client of clients) client.pass(1);
    look(second);
  }
}

test('the same seed makes the same clients, who do the same; another seed makes others', () => {
  const reportsOf = (seed: number): unknown[] => {
    const clients = createDemoClients(seed);
    run(clients, () => undefined);
    return clients.map(({ report }) => report);
  };
  assert.deepEqual(reportsOf(1), reportsOf(1));
  assert.notDeepEqual(reportsOf(1), reportsOf(2));
});

test('some hundreds of clients are plainly of the demo, each by a name of its own', () => {
  const clients = createDemoClients(1);
  assert.deepEqual(new Set(clients.map(({ id }) => id)), DEMO_CLIENT_IDS);
  assert.equal(clients.length, DEMO_CLIENT_IDS.size);
  assert.ok(clients.length >= 200 && clients.length <= 500, String(clients.length));
  assert.ok(clients.every(({ id }) => /^demo-[a-z]+-\d+$/.test(id)));
  const names = clients.map(({ card }) => card.name);
  assert.equal(new Set(names).size, clients.length);
  assert.ok(names.every((name) => /^Demo: [A-Z][a-z]+ \d+$/.test(name)));
  assert.deepEqual(clients.find(({ id }) => id === 'demo-bus-12')?.card, {
    name: 'Demo: Bus 12',
    icon: 'bus',
  });
  assert.ok(DEMO_GEOFENCES.every(({ name }) => name.startsWith('demo-')));
});

test('clients stay in the city, on its streets, and go as fast as their kind goes', () => {
  const clients = createDemoClients(3);
  const fastest = new Map(KINDS.map(({ name, speedMps: [, most] }) => [name, most]));
  const last = new Map<string, Point>(clients.map(({ id, point }) => [id, point]));
  const wentM = new Map<string, number>();
  run(clients, () => {
    for (const { id, point } of clients) {
      assert.ok(point.latitude >= CITY.south && point.latitude <= CITY.north, id);
      assert.ok(point.longitude >= CITY.west && point.longitude <= CITY.east, id);
      const steppedM = distanceM(last.get(id) ?? point, point);
      // Around a corner the way is longer than the line; 1 % is for what a flat city is not.
      const mostM = fastest.get(kindOf(id)) ?? 0;
      assert.ok(steppedM <= mostM * 1.01, `${id} went ${steppedM} m in a second`);
      last.set(id, point);
      wentM.set(id, (wentM.get(id) ?? 0) + steppedM);
    }
  });
  for (const { name, speedMps } of KINDS) {
    const its = clients.filter(({ id }) => kindOf(id) === name);
    const meanMps =
      its.reduce((sum, { id }) => sum + (wentM.get(id) ?? 0), 0) / its.length / SECONDS;
    assert.ok(meanMps > speedMps[0] / 4 && meanMps < speedMps[1], `${name}: ${meanMps} m/s`);
  }
});

test('what a client says of its speed and course is what it does', () => {
  const client = createDemoClients(4).find(({ id }) => id.startsWith('demo-bus-'));
  assert.ok(client !== undefined);
  let compared = 0;
  for (let second = 0; second < SECONDS; second++) {
    const { point: before, report } = client;
    client.pass(0.1);
    const { point: after, report: later } = client;
    if (report.speedMps !== later.speedMps || report.courseDeg !== later.courseDeg) continue;
    const mps = distanceM(before, after) / 0.1;
    // It may have stopped for less than the step at a crossing between.
    if (Math.abs(mps - (report.speedMps ?? 0)) < 0.1) compared++;
    const isNorth = after.latitude > before.latitude;
    const isEast = after.longitude > before.longitude;
    if (report.courseDeg === 0) assert.ok(isNorth || mps === 0);
    if (report.courseDeg === 90) assert.ok(isEast || mps === 0);
  }
  assert.ok(compared > SECONDS / 2, String(compared));
});

test('clients report in turns, and batteries drain and are charged', () => {
  const clients = createDemoClients(5);
  const reports: number[] = [];
  const seen = { drained: 0, charging: 0 };
  const first = new Map(clients.map(({ id, report }) => [id, report.batteryPercent]));
  for (let second = 0; second < 1200; second++) {
    reports.push(clients.filter((client) => client.pass(1)).length);
  }
  for (const { id, report } of clients) {
    const { batteryPercent, charging } = report;
    if (batteryPercent === undefined) continue;
    assert.ok(batteryPercent >= 0 && batteryPercent <= 100);
    if (batteryPercent < (first.get(id) ?? 0)) seen.drained++;
    if (charging === true) seen.charging++;
  }
  assert.ok(seen.drained > 50 && seen.charging > 0, JSON.stringify(seen));
  const expected = KINDS.reduce((sum, { count, reportEveryS }) => sum + count / reportEveryS, 0);
  assert.ok(Math.max(...reports) < 2 * expected, `${Math.max(...reports)} in one second`);
  assert.ok(Math.min(...reports) > expected / 2, `${Math.min(...reports)} in one second`);
});

test('each server has a part of the city, clients roam, and the others take what a lost one had', () => {
  const clients = createDemoClients(6);
  const servers = new Map<string, Set<number | undefined>>(
    clients.map(({ id }) => [id, new Set()]),
  );
  run(clients, () => {
    for (const { id, point } of clients) servers.get(id)?.add(nearestServer(point, 5, () => false));
  });
  for (let server = 0; server < 5; server++) {
    assert.ok(
      [...servers.values()].some((its) => its.has(server)),
      `somebody reports to ${server}`,
    );
  }
  assert.ok([...servers.values()].filter(({ size }) => size > 1).length > 20, 'some roam');
  for (const { point } of clients) {
    assert.notEqual(
      nearestServer(point, 5, (server) => server === 2),
      2,
    );
  }
  assert.equal(
    nearestServer(clients[0]?.point ?? { latitude: 0, longitude: 0 }, 5, () => true),
    undefined,
  );
});

test('clients enter and leave the geofences', () => {
  const clients = createDemoClients(7);
  for (const { name, shape } of DEMO_GEOFENCES) {
    const middle = shape.type === 'circle' ? shape : middleOf(shape.vertices);
    const radiusM = shape.type === 'circle' ? shape.radiusM : 500;
    const inside = (): Set<string> =>
      new Set(
        clients.filter(({ point }) => distanceM(point, middle) < radiusM).map(({ id }) => id),
      );
    const before = inside();
    for (let step = 0; step < 120; step++) for (const client of clients) client.pass(5);
    const after = inside();
    assert.ok(
      [...after].some((id) => !before.has(id)),
      `somebody enters ${name}`,
    );
    assert.ok(
      [...before].some((id) => !after.has(id)),
      `somebody leaves ${name}`,
    );
  }
});

function kindOf(id: string): string {
  return id.split('-')[1] ?? '';
}

function middleOf(vertices: readonly Point[]): Point {
  const mean = (of: (point: Point) => number): number =>
    vertices.reduce((sum, vertex) => sum + of(vertex), 0) / vertices.length;
  return {
    latitude: mean(({ latitude }) => latitude),
    longitude: mean(({ longitude }) => longitude),
  };
}

/*
 * Vans report where they are, and who waits at the depot is told which one comes in and goes out.
 *
 * It takes the gateways of the herd and, where the herd asks for one, a token that may report as van-*, read
 * and operate:
 *
 *     npm install proxy-herd
 *     SERVERS='http://127.0.0.1:13645 http://127.0.0.1:13649' npx tsx depot.ts
 */
import { Herd, HerdError, type Subscription } from 'proxy-herd/client';

const DEPOT = { latitude: 34.06893, longitude: -118.445127 };
const VANS = ['van-1', 'van-2'];

const { SERVERS = 'http://127.0.0.1:13645 http://127.0.0.1:13649', TOKEN } = process.env;

await using herd = new Herd({
  servers: SERVERS.split(' '),
  token: TOKEN,
  onDrop: ({ report, reason }) => console.error(`lost a report of ${report.client}: ${reason}`),
});

/** Drives a van to the depot and away again, and reports as it goes. */
function drive(van: string): void {
  for (let step = -5; step <= 5; step++) {
    const latitude = DEPOT.latitude + step * 0.002;
    herd.enqueue({ client: van, latitude, longitude: DEPOT.longitude, accuracyM: 5 });
  }
}

/** Prints who comes and goes, until each van has been there. */
async function watch(depot: Subscription): Promise<void> {
  const away = new Set(VANS);
  for await (const event of depot) {
    if (event.type === 'ready') VANS.forEach(drive);
    if (event.type === 'enter') console.log(`${event.client} comes in`);
    if (event.type === 'leave') {
      console.log(`${event.client} goes out`);
      away.delete(event.client);
    }
    if (away.size === 0) return;
  }
}

try {
  await herd.geofences.put({ name: 'depot', shape: { type: 'circle', ...DEPOT, radiusM: 400 } });
  await watch(herd.subscribe({ name: 'van-*' }));
  console.log(await herd.flush());
} catch (error) {
  if (!(error instanceof HerdError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}

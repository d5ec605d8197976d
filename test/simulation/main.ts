import { simulate } from './simulation.ts';
let servers = 0,
  reports = 0,
  faults = 0;
const t = performance.now();
const from = Number(process.argv[2]),
  n = Number(process.argv[3]);
for (let s = from; s < from + n; s++) {
  try {
    const f = simulate(s);
    servers += f.servers;
    reports += f.reports;
    faults += f.faults;
  } catch (e) {
    console.log('seed', s, (e as Error).message.slice(0, 600));
    if (n === 1) console.log(e);
    process.exitCode = 1;
    break;
  }
}
console.log({ servers, reports, faults, ms: performance.now() - t });

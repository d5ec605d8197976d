/**
 * Measures from now on how busy this process is: its event loop or its processor time, whichever is more. Near 1 a
 * load says how fast it is made, and not how fast it is borne.
 *
 * @returns gives the share of one core, since the start
 */
export function startBusyMeter(): () => number {
  const startedMs = performance.now();
  const before = { loop: performance.eventLoopUtilization(), cpu: process.cpuUsage() };
  return () => {
    const { utilization } = performance.eventLoopUtilization(before.loop);
    const { user, system } = process.cpuUsage(before.cpu);
    return Math.max(utilization, (user + system) / 1000 / (performance.now() - startedMs));
  };
}

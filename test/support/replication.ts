/*
 * What the herds of tests stand on: their links, or, with PROXY_HERD_REPLICATION=nats, a NATS server that each herd has
 * of its own.
 */

/** Whether herds that would have links stand on NATS instead. */
export const IS_ON_NATS = isOnNats(process.env['PROXY_HERD_REPLICATION'] ?? 'flood');

function isOnNats(engine: string): boolean {
  if (engine === 'nats' || engine === 'flood') return engine === 'nats';
  throw new Error(`PROXY_HERD_REPLICATION: found ${engine}, expected flood or nats`);
}

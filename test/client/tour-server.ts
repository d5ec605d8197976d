import { formatAddress } from '#src/transport/address.js';
import { accessOptions, testToken } from '../support/access.ts';
import { OwnServer } from '../support/own-server.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { takePorts } from '../support/ports.ts';
import type { TourSpec } from './tour.ts';

/**
 * A server that lets a tour do everything, and what the tour is to be given.
 *
 * @param origins whose pages may take the tour
 */
export async function startTourServer(
  name: string,
  origins: readonly string[],
): Promise<{ readonly server: OwnServer; readonly spec: TourSpec }> {
  const { token, rule } = testToken('tour', {
    report: [`${name}-*`],
    read: ['*'],
    operate: true,
  });
  const access = accessOptions({ clients: 'never', gateway: 'always' });
  const [closed = 0] = await takePorts(1);
  const server = await OwnServer.start({
    gateway: { host: '127.0.0.1', port: 0 },
    gatewayOrigins: origins,
    access: { ...access, tokens: [rule] },
  });
  const servers = [`http://127.0.0.1:${closed}`, `http://${formatAddress(server.gateway)}`];
  const patience = { deadlineMs: PATIENCE_MS, attemptMs: PATIENCE_MS };
  return { server, spec: { servers, token, name, ...patience } };
}

import { herdSchema } from '#src/gateway/api/herd-schema.js';
import { eventuallyTrue } from '../support/eventually.ts';
import type { TestHerd } from '../support/herd.ts';
import { ask } from '../support/http.ts';

/**
 * Waits until a server has heard from all others. The policy of a page that it gives before then does not name all gateways: the
 * page reports a violation, and loads itself again.
 */
export async function untilHerdKnown(herd: TestHerd, server: string): Promise<void> {
  await eventuallyTrue(`${server} has heard from all servers`, async () => {
    const { json } = await ask(herd.gateway(server), { path: '/v1/herd' });
    const { servers } = herdSchema.parse(json);
    const heard = servers.filter(({ lastHeardAt }) => lastHeardAt !== null);
    return heard.length === herd.servers.length;
  });
}

import type { GatewayClient } from '../gateway-client.ts';

/** Removals on their way at once. */
const AT_ONCE = 16;

/**
 * Removes clients from the herd.
 *
 * @throws {GatewayError} where one cannot be removed
 */
export async function removeClients(
  gateway: Pick<GatewayClient, 'request'>,
  clients: readonly string[],
): Promise<void> {
  const left = clients.values();
  const work = async (): Promise<void> => {
    for (const client of left) {
      const path = `/v1/clients/${encodeURIComponent(client)}`;
      const { body } = await gateway.request(path, { method: 'DELETE' });
      await body.dump();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

import type { NatsCredentials, NatsOptions } from '../../replication/nats/options.ts';
import type { HerdConfig } from './herd-config.ts';
import { fault, readNamed } from './named-file.ts';
import type { NatsValues } from './replication-schema.ts';

/** What a configuration has in other files for the NATS cluster. */
export type NatsSecrets = Pick<NatsOptions, 'credentials' | 'authority'>;

/**
 * Reads what a server needs for the NATS cluster; `undefined` if the herd does not use one.
 *
 * @throws {ConfigError} where a file cannot be read, or several kinds of credentials are named
 */
export async function readNatsSecrets(config: HerdConfig): Promise<NatsSecrets | undefined> {
  const { replication } = config;
  if (replication.engine !== 'nats') return undefined;
  const { caFile } = replication;
  const authority =
    caFile === undefined ? undefined : await readNamed(config, ['replication', 'caFile'], caFile);
  return { credentials: await readCredentials(config, replication), authority };
}

async function readCredentials(
  config: HerdConfig,
  { credentialsFile, seedFile, user, passwordFile }: NatsValues,
): Promise<NatsCredentials | undefined> {
  const read = (key: string, file: string): Promise<string> =>
    readNamed(config, ['replication', key], file);
  if ((user === undefined) !== (passwordFile === undefined)) {
    throw fault(config, ['replication'], 'expected user and passwordFile together');
  }
  const named = [credentialsFile, seedFile, passwordFile].filter((file) => file !== undefined);
  if (named.length > 1) {
    const expected = 'expected one of credentialsFile, seedFile, and user with passwordFile';
    throw fault(config, ['replication'], `found several kinds of credentials, ${expected}`);
  }
  if (credentialsFile !== undefined) {
    return { kind: 'credentials', text: await read('credentialsFile', credentialsFile) };
  }
  if (seedFile !== undefined) return { kind: 'seed', text: await read('seedFile', seedFile) };
  if (user === undefined || passwordFile === undefined) return undefined;
  const password = (await read('passwordFile', passwordFile)).trim();
  return { kind: 'password', user, password };
}

/** The options of the NATS cluster; `undefined` if the herd does not use one. */
export function natsOptions(
  { replication, herd, forgetMs }: HerdConfig,
  secrets: NatsSecrets | undefined,
): NatsOptions | undefined {
  if (replication.engine !== 'nats' || secrets === undefined) return undefined;
  const { servers, interest, cache, domain, prefix, partitions, replicas, storage, retention } =
    replication;
  return {
    servers,
    ...secrets,
    interest: interest === 'all' ? { kind: 'all' } : { kind: 'used', mostResidents: cache },
    domain,
    prefix: `${prefix}.${herd}`,
    partitions,
    replicas,
    storage,
    maxAgeMs: retention === 'forget' ? forgetMs : retention,
  };
}

import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AccessOptions } from '../../access/rules.ts';
import { accessPath, readAccess } from '../access/read-access.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { type SecretParts, readSecretParts } from '../config/secret-files.ts';
import { warningsOf } from '../config/warnings.ts';
import { CliError } from '../errors.ts';
import { Findings, type Finding } from './finding.ts';

/** Who else than its owner may do something with a file. */
const OTHERS_BITS = 0o077;

/** What the files have that a configuration names, and what is to be said of them. */
export interface FileReport {
  readonly findings: readonly Finding[];
  /** By server, of those whose files can be used. */
  readonly parts: ReadonlyMap<string, SecretParts>;
  readonly access: AccessOptions | undefined;
}

/**
 * Reads all files that a configuration names, as a start would.
 *
 * @param servers those of this machine
 */
export async function readFiles(
  config: HerdConfig,
  servers: ReadonlySet<string>,
  environment: NodeJS.ProcessEnv,
): Promise<FileReport> {
  const findings = new Findings('files');
  for (const warning of warningsOf(config)) {
    findings.warning(config.source.name, warning, 'see docs/CONFIGURATION.md');
  }
  const parts = new Map<string, SecretParts>();
  const faults = new Map<string, string>();
  const read = async <T>(who: string, reading: Promise<T>): Promise<T | undefined> => {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      for (const line of error.lines) faults.set(line, faults.get(line) ?? who);
      return undefined;
    }
  };
  const access = await read('', readAccess(config));
  for (const name of servers) {
    const its = await read(name, readSecretParts(config, environment, name));
    if (its !== undefined) parts.set(name, its);
  }
  for (const [line, who] of faults) findings.wrong(who, line, 'put it right: no server starts so');
  if (faults.size === 0) findings.ok(config.source.name, 'all files that it names can be used');
  await judgeModes(findings, config, servers);
  return { findings: findings.all, parts, access };
}

async function judgeModes(
  findings: Findings,
  config: HerdConfig,
  servers: ReadonlySet<string>,
): Promise<void> {
  if (process.platform === 'win32') return; // it has no modes
  for (const [key, file] of secretFiles(config, servers)) {
    const path = resolve(config.source.folder, file);
    const found = await stat(path).catch(() => undefined); // what is not there was found above
    if (found === undefined) continue;
    const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
    if ((found.mode & OTHERS_BITS) === 0) findings.ok(key, `${file}: for its owner alone`);
    else
      findings.warning(
        key,
        `${file}: others may read or write it (mode ${mode})`,
        `chmod 600 ${file}`,
      );
  }
}

/** The files that nobody else should read, and the keys that name them. That of access is judged as it is read. */
function secretFiles(config: HerdConfig, servers: ReadonlySet<string>): [string, string][] {
  const { secretFile, places, peerTls, clientTls, gatewayTls, replication, hooks } = config;
  const nats = replication.engine === 'nats' ? replication : undefined;
  const single = {
    secretFile,
    'places.keyFile': places.keyFile,
    'clientTls.keyFile': clientTls?.keyFile,
    'gatewayTls.keyFile': gatewayTls?.keyFile,
    'replication.credentialsFile': nats?.credentialsFile,
    'replication.seedFile': nats?.seedFile,
    'replication.passwordFile': nats?.passwordFile,
    'access.file': accessPath(config)?.path,
  };
  const files = Object.entries(single).flatMap(([key, file]): [string, string][] =>
    file === undefined ? [] : [[key, file]],
  );
  if (peerTls !== undefined) {
    const keys = new Set(
      Array.from(servers, (name) => peerTls.keyFile.replaceAll('{server}', name)),
    );
    for (const file of keys) files.push(['peerTls.keyFile', file]);
  }
  for (const [name, { urlFile, secretFile: secret }] of hooks) {
    if (urlFile !== undefined) files.push([`hooks.${name}.urlFile`, urlFile]);
    if (secret !== undefined) files.push([`hooks.${name}.secretFile`, secret]);
  }
  return files;
}

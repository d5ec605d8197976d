import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PeerSecurityError } from '../../server/peer-security.ts';
import { CertificateError } from '../../transport/certificate.ts';
import { systemReason } from '../errors.ts';
import { ConfigError } from './faults.ts';
import type { HerdConfig } from './herd-config.ts';
import type { Path } from './source.ts';

/** Makes a fault of the configuration of what `check` throws for secrets and certificates. */
export function checked(config: HerdConfig, path: Path, start: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    const known = error instanceof PeerSecurityError || error instanceof CertificateError;
    throw known ? fault(config, path, `${start}${error.message}`) : error;
  }
}

/**
 * Reads a file that the configuration names at `path`.
 *
 * @throws {ConfigError} where it cannot be read
 */
export async function readNamed(config: HerdConfig, path: Path, file: string): Promise<string> {
  try {
    return await readFile(resolve(config.source.folder, file), 'utf8');
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    // Without the path: a secret that was written in its place by mistake must not be in a log.
    throw fault(config, path, `the file that it names cannot be read: ${reason}`);
  }
}

/** An error of the configuration's value at `path`. */
export function fault(config: HerdConfig, path: Path, message: string): ConfigError {
  return new ConfigError(config.source, [{ path, message }]);
}

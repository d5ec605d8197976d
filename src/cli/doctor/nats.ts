import { connect } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { z } from 'zod';
import type { BrokerCause } from '../../replication/nats/cause.ts';
import type { NatsOptions } from '../../replication/nats/options.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { natsOptions, type NatsSecrets } from '../config/nats-options.ts';
import { systemReason } from '../errors.ts';
import { visible } from '../style.ts';
import { Findings, type Finding } from './finding.ts';
import { ANSWER_WITHIN_MS } from './within.ts';

/** Where NATS servers listen unless they are told otherwise. */
const USUAL_PORT = 4222;
/** A server greets with one line, which is not longer. */
const MAX_GREETING_BYTES = 64 * 1024;

/** What a server says of itself as soon as it is connected to. @see https://docs.nats.io/reference/reference-protocols/nats-protocol#info */
const infoSchema = z.object({ version: z.string() });

/**
 * Whether each NATS server of the configuration is there, accepts the herd's credentials and has JetStream for them.
 *
 * @param secrets what the credentials' files have; `undefined` where they cannot be used
 */
export async function natsFindings(
  config: HerdConfig,
  secrets: NatsSecrets | undefined,
): Promise<Finding[]> {
  const findings = new Findings('nats');
  const { replication } = config;
  if (replication.engine !== 'nats') return findings.all;
  const options = natsOptions(config, secrets);
  await Promise.all(replication.servers.map((url) => lookAt(findings, url, options)));
  return findings.sorted;
}

async function lookAt(
  findings: Findings,
  url: string,
  options: NatsOptions | undefined,
): Promise<void> {
  if (!(await isThere(findings, url))) return;
  if (options === undefined) {
    const remedy = 'put right what is wrong with files, or run it on a machine of a server';
    findings.warning(
      url,
      'credentials and JetStream were not tried, since the files cannot be used',
      remedy,
    );
    return;
  }
  const { tryServer } = await import('../../replication/nats/try-server.ts');
  judge(findings, url, options, await tryServer(url, options, ANSWER_WITHIN_MS));
}

/** Whether a NATS server listens there. */
async function isThere(findings: Findings, url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || USUAL_PORT) };
  const remedy = 'see that it runs, and the network between';
  try {
    const [, text = ''] = /^INFO (\{.*\})/.exec(await greeting(address)) ?? [];
    const { success, data } = infoSchema.safeParse(text === '' ? undefined : JSON.parse(text));
    if (success) findings.ok(url, `NATS ${visible(data.version)} answers`);
    else findings.wrong(url, 'what answers is no NATS server', remedy);
    return success;
  } catch (error) {
    const reason = systemReason(error) ?? `no greeting in ${ANSWER_WITHIN_MS / 1000} s`;
    findings.wrong(url, reason, remedy);
    return false;
  }
}

async function greeting(address: { host: string; port: number }): Promise<string> {
  const socket = connect(address).setEncoding('latin1');
  addAbortSignal(AbortSignal.timeout(ANSWER_WITHIN_MS), socket);
  let text = '';
  for await (const part of socket) {
    text += String(part);
    if (text.includes('\n') || text.length > MAX_GREETING_BYTES) break; // which ends the connection
  }
  return text;
}

/** Says how far a try got. @param cause why it got no further */
function judge(
  findings: Findings,
  url: string,
  { credentials, domain }: NatsOptions,
  cause: BrokerCause | undefined,
): void {
  const accepted =
    credentials === undefined ? 'asks for no credentials' : 'accepts the credentials';
  const where = domain === undefined ? '' : ` in the domain ${domain}`;
  const detail = visible(cause?.detail ?? '');
  switch (cause?.code) {
    case undefined:
      findings.ok(url, accepted);
      findings.ok(url, `has JetStream for the herd${where}`);
      return;
    case 'unauthorized':
      findings.wrong(
        url,
        credentials === undefined
          ? `asks for credentials, and the configuration has none: ${detail}`
          : `does not accept the credentials: ${detail}`,
        'see credentialsFile, seedFile, or user and passwordFile under replication, and its own list of users',
      );
      return;
    case 'no-jetstream':
      findings.ok(url, accepted);
      findings.wrong(
        url,
        `${detail}${where}`,
        'start it with JetStream (-js), of version 2.9 or later, and allow it to the account: see docs/NATS.md',
      );
      return;
    default:
      findings.wrong(
        url,
        `cannot be used: ${detail}`,
        'see that the files of replication are whole, and that its URL begins with tls:// if it speaks TLS',
      );
  }
}

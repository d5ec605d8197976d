import { connect } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { z } from 'zod';
import type { HerdConfig } from '../config/herd-config.ts';
import { systemReason } from '../errors.ts';
import { visible } from '../style.ts';
import { Findings, type Finding } from './finding.ts';
import { ANSWER_WITHIN_MS } from './within.ts';

/** Where NATS servers listen unless they are told otherwise. */
const USUAL_PORT = 4222;
/** A server greets with one line, which is not longer. */
const MAX_GREETING_BYTES = 64 * 1024;

/** What a server says of itself as soon as it is connected to. @see https://docs.nats.io/reference/reference-protocols/nats-protocol#info */
const infoSchema = z.object({ version: z.string(), jetstream: z.boolean().default(false) });

/** Whether the NATS servers of the configuration are there and have JetStream. No credentials are tried. */
export async function natsFindings({ replication }: HerdConfig): Promise<Finding[]> {
  const findings = new Findings('nats');
  if (replication.engine !== 'nats') return findings.all;
  await Promise.all(replication.servers.map((url) => lookAt(findings, url)));
  return findings.all;
}

async function lookAt(findings: Findings, url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || USUAL_PORT) };
  const remedy = 'see that it runs, and the network between';
  try {
    const [, text = ''] = /^INFO (\{.*\})/.exec(await greeting(address)) ?? [];
    const { success, data } = infoSchema.safeParse(text === '' ? undefined : JSON.parse(text));
    if (!success) findings.wrong(url, 'what answers is no NATS server', remedy);
    else if (data.jetstream) findings.ok(url, `NATS ${visible(data.version)} with JetStream`);
    else findings.wrong(url, 'the NATS server has no JetStream', 'start it with JetStream (-js)');
  } catch (error) {
    const reason = systemReason(error) ?? `no greeting in ${ANSWER_WITHIN_MS / 1000} s`;
    findings.wrong(url, reason, remedy);
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

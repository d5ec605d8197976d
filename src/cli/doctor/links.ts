import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { neighboursOf } from '../../replication/topology.ts';
import { createProof } from '../../server/peer-security.ts';
import { type Address, formatAddress } from '../../transport/address.ts';
import type { PeerProof } from '../../transport/peer-proof.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import type { SecretParts } from '../config/secret-files.ts';
import { findServer } from '../config/server-options.ts';
import { systemCode, systemReason } from '../errors.ts';
import { Findings, type Finding } from './finding.ts';
import { ANSWER_WITHIN_MS } from './within.ts';

/** A refusal takes a round trip; a neighbour that accepts waits for longer to be greeted. */
const REFUSED_WITHIN_MS = 500;

/**
 * Whether the servers of this machine reach their neighbours, and each accepts the other's proof. It ends before
 * anything is said on the link: one that is up is not disturbed.
 *
 * @param parts what servers prove themselves with, by name
 * @param stopped the servers of this machine that do not run
 */
export async function linkFindings(
  config: HerdConfig,
  parts: ReadonlyMap<string, SecretParts>,
  stopped: ReadonlySet<string>,
): Promise<Finding[]> {
  const findings = new Findings('links');
  const asked = Array.from(parts, async ([name, { secrets, peerCertificate }]) => {
    const neighbours = neighboursOf(name, config.links);
    const named = neighbours.map((each) => ({ name: each, peers: findServer(config, each).peers }));
    const { herd } = config;
    const proof = createProof({ herd, name, secrets, peerCertificate, neighbours: named });
    for (const { name: neighbour, peers } of named) {
      if (!stopped.has(neighbour)) await tryLink(findings, { name, neighbour, peers, proof });
      else findings.ok(`${name} to ${neighbour}`, `not tried: ${neighbour} does not run`);
    }
  });
  await Promise.all(asked);
  return findings.sorted;
}

interface Link {
  readonly name: string;
  readonly neighbour: string;
  readonly peers: Address;
  readonly proof: PeerProof | undefined;
}

async function tryLink(findings: Findings, { name, neighbour, peers, proof }: Link): Promise<void> {
  const subject = `${name} to ${neighbour} at ${formatAddress(peers)}`;
  const socket = proof === undefined ? connect(peers) : proof.dial(neighbour, peers);
  let isConnected = false;
  socket.once('connect', () => (isConnected = true));
  try {
    await reached(socket, proof === undefined ? 'connect' : 'secureConnect');
    if (proof === undefined) findings.ok(subject, 'reachable; nothing has to be proven');
    else {
      const refusal = (await isClosed(socket)) ? proof.failure(undefined, true) : undefined;
      if (refusal === undefined) findings.ok(subject, 'proven');
      else findings.wrong(subject, refusal.detail, proofRemedy(name, neighbour));
    }
  } catch (error) {
    if (!isConnected) unreached(findings, subject, error, neighbour);
    else {
      const detail = proof?.failure(toError(error), false)?.detail ?? 'no proof in time';
      findings.wrong(subject, detail, proofRemedy(name, neighbour));
    }
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}

/** Whether it is closed from the other side, which judges a certificate after this side has judged its own. */
async function isClosed(socket: Socket): Promise<boolean> {
  const closed = once(socket.resume(), 'close', { signal: AbortSignal.timeout(REFUSED_WITHIN_MS) });
  return closed.then(
    () => true,
    () => false,
  );
}

function proofRemedy(name: string, neighbour: string): string {
  return `give ${name} and ${neighbour} the same herd and secret, or certificates of each other's authority`;
}

/** Waits for an event, but not for an answer that does not come. */
async function reached(socket: Socket, event: string): Promise<void> {
  const closed = new AbortController();
  const signal = AbortSignal.any([AbortSignal.timeout(ANSWER_WITHIN_MS), closed.signal]);
  socket.once('close', () => closed.abort());
  await once(socket, event, { signal });
}

function unreached(findings: Findings, subject: string, error: unknown, neighbour: string): void {
  const isRefused = systemCode(error) === 'ECONNREFUSED';
  const reason = systemReason(error) ?? `no answer in ${ANSWER_WITHIN_MS / 1000} s`;
  if (isRefused) findings.warning(subject, reason, `start ${neighbour}, if it does not run`);
  else findings.wrong(subject, reason, `see the name, the network and the firewalls between them`);
}

function toError(error: unknown): Error | undefined {
  return error instanceof Error && error.name !== 'AbortError' ? error : undefined;
}

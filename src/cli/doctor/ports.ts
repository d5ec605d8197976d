import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isFolderLocked } from '../../journal/folder-lock.ts';
import { type Address, formatAddress } from '../../transport/address.ts';
import { gatewayAddress } from '../config/gateway-address.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { systemCode, systemReason } from '../errors.ts';
import { visible } from '../style.ts';
import { Findings, type Finding } from './finding.ts';
import { findPortOwner, type PortOwner } from './port-owner.ts';
import { within } from './within.ts';

/** What is found of the ports of this machine's servers. */
export interface PortReport {
  readonly findings: readonly Finding[];
  /** The servers that run here. */
  readonly running: ReadonlySet<string>;
}

/** A command that runs servers: that of this package, however it was installed. */
const OWN_COMMAND =
  /proxy-herd|dist\/(bin|cli)\/(main|program|supervisor\/member-main|member-main)\.js/;
/** The longest command that is shown. */
const SHOWN_CHARACTERS = 80;

/** Whether the ports of servers are theirs: free, or in use by them. */
export async function portFindings(
  config: HerdConfig,
  servers: ReadonlySet<string>,
): Promise<PortReport> {
  const findings = new Findings('ports');
  const running = new Set<string>();
  for (const name of servers) {
    const values = config.servers.get(name);
    if (values === undefined) continue;
    const ports = { clients: values.clients, peers: values.peers, gateway: gatewayAddress(values) };
    const isLocked = config.data !== undefined && (await isFolderLocked(join(config.data, name)));
    for (const [kind, address] of Object.entries(ports)) {
      if (address === undefined) continue;
      const subject = `${name} ${kind} ${formatAddress(address)}`;
      const problem = await listenProblem(address);
      if (problem === undefined) findings.ok(subject, 'free: the server does not run');
      else if (problem !== 'EADDRINUSE') notListened(findings, subject, problem);
      else if (await isOwn(findings, subject, address, config.data === undefined, isLocked)) {
        running.add(name);
      }
    }
  }
  for (const name of running.size === 0 ? [] : servers) {
    if (!running.has(name)) {
      findings.warning(name, 'it does not run, and others of this machine do', `start ${name}`);
    }
  }
  return { findings: findings.all, running };
}

/** Why it is not possible to listen there now, as the system's code; `undefined` where it is. */
async function listenProblem(address: Address): Promise<string | undefined> {
  const server = createServer().unref();
  server.listen({ ...address, exclusive: true });
  try {
    await within(once(server, 'listening'));
    server.close();
    await once(server, 'close');
    return undefined;
  } catch (error) {
    server.close();
    return systemCode(error) ?? String(error);
  }
}

function notListened(findings: Findings, subject: string, code: string): void {
  const reason = systemReason(Object.assign(new Error(code), { code })) ?? code;
  const remedies: Readonly<Record<string, string>> = {
    EACCES: 'take a port from 1024 on, or give the user of the servers the right to listen there',
    EADDRNOTAVAIL: 'take an address of this machine',
  };
  findings.wrong(subject, `nobody can listen there: ${reason}`, remedies[code] ?? 'take another');
}

/** Whether it is one of this package's servers that has a port that is taken. */
async function isOwn(
  findings: Findings,
  subject: string,
  { port }: Address,
  isLockless: boolean,
  isLocked: boolean,
): Promise<boolean> {
  const owner = await findPortOwner(port);
  const isServer = owner === undefined ? isLocked : OWN_COMMAND.test(owner.command);
  const who = owner === undefined ? 'another process' : described(owner);
  if (isServer && (isLocked || isLockless)) {
    findings.ok(
      subject,
      owner === undefined ? 'the server listens' : `the server listens (process ${owner.pid})`,
    );
    return true;
  }
  if (owner === undefined && isLockless) {
    const remedy = 'if that is not the server, stop it or take another port';
    findings.warning(subject, 'a process that cannot be seen from here listens', remedy);
    return true;
  }
  findings.wrong(subject, `taken by ${who}`, 'stop that process, or take another port');
  return false;
}

function described({ pid, command }: PortOwner): string {
  const text = visible(command);
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return `process ${pid}: ${shown}`;
}

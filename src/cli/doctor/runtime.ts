import { connectionsWithin, readOpenFilesLimit } from '../../server/open-files.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { Findings, type Finding } from './finding.ts';

/** The least version of Node: see `engines` of package.json. */
const LEAST_NODE = [20, 19] as const;

/** The runtime that this is, and so that of the servers that are started in the same way. */
export function runtimeFindings(version: string, environment: NodeJS.ProcessEnv): Finding[] {
  const findings = new Findings('runtime');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  const isRecent = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  const least = LEAST_NODE.join('.');
  if (isRecent) findings.ok('', `Node ${version}`);
  else findings.wrong('', `Node ${version}, expected ${least} or later`, 'install a later Node');
  timeZone(findings, environment['TZ']);
  return findings.all;
}

/** Times in logs are UTC; those for people are in the zone of the system. */
function timeZone(findings: Findings, variable: string | undefined): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (variable !== undefined && variable !== '' && !isZone(variable)) {
    const remedy = 'set TZ to a name such as Europe/Berlin, or unset it';
    findings.warning('', `the variable TZ names no time zone: ${zone} is used`, remedy);
  } else findings.ok('', `time zone ${zone}`);
}

/** Whether a text is a zone's name, or in the form of POSIX, which is not looked at closely. */
function isZone(text: string): boolean {
  if (/^[:/<]|\d/.test(text)) return true;
  try {
    Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/** How many files a process may open, against the connections that it is to let in. */
export async function limitFindings({ clientLimits }: HerdConfig): Promise<Finding[]> {
  const findings = new Findings('limits');
  const files = await readOpenFilesLimit();
  const { connections } = clientLimits;
  if (files === undefined) findings.ok('', 'this system does not say how many files may be open');
  else if (connectionsWithin(files) >= connections) {
    findings.ok('', `${files} open files, for ${connections} connections of clients`);
  } else {
    const found = `${files} open files leave room for ${connectionsWithin(files)} connections of clients, and clientLimits.connections is ${connections}`;
    const remedy = `raise the limit (ulimit -n; LimitNOFILE of systemd), or lower clientLimits.connections`;
    findings.warning('', found, remedy);
  }
  return findings.all;
}

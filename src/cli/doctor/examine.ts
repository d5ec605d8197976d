import type { HerdConfig } from '../config/herd-config.ts';
import { loadConfig } from '../config/load.ts';
import { CliError } from '../errors.ts';
import { certificateFindings } from './certificates.ts';
import { diskFindings } from './disk.ts';
import { readFiles } from './files.ts';
import { Findings, type Finding } from './finding.ts';
import { gatewayFindings } from './gateways.ts';
import { linkFindings } from './links.ts';
import { localServers } from './local.ts';
import { natsFindings } from './nats.ts';
import { portFindings } from './ports.ts';
import { limitFindings, runtimeFindings } from './runtime.ts';
import { upstreamFindings } from './upstream.ts';

/** What is to be looked at, and how. */
export interface Examination {
  /** The configuration's file; see `loadConfig`. */
  readonly config?: string;
  /** The file of a token with which the status may be asked for. */
  readonly tokenFile?: string;
  /** Whether the provider of places may be asked a question, which may be paid for. */
  readonly askUpstream?: boolean;
}

/** Looks at this machine, the files and the herd; each check by itself, so that one that fails hides no other. */
export async function examine(
  options: Examination,
  environment: NodeJS.ProcessEnv,
): Promise<readonly Finding[]> {
  const runtime = runtimeFindings(process.versions.node, environment);
  try {
    return [
      ...runtime,
      ...(await examineHerd(await loadConfig(options.config), options, environment)),
    ];
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'CONFIG') throw error;
    const findings = new Findings('files');
    for (const line of error.lines) findings.wrong('', line, 'put it right: proxy-herd check');
    return [...runtime, ...findings.all];
  }
}

async function examineHerd(
  config: HerdConfig,
  { config: named, tokenFile, askUpstream = false }: Examination,
  environment: NodeJS.ProcessEnv,
): Promise<Finding[]> {
  const local = await localServers(config);
  const files = await readFiles(config, local, environment);
  const asking = {
    ...(named !== undefined && { config: named }),
    ...(tokenFile !== undefined && { tokenFile }),
  };
  const [first] = files.parts;
  const ports = await portFindings(config, local);
  const stopped = new Set([...local].filter((name) => !ports.running.has(name)));
  const others = await Promise.all([
    certificateFindings(config, local, Date.now()),
    diskFindings(config),
    limitFindings(config),
    linkFindings(config, files.parts, stopped),
    gatewayFindings(config, ports.running, asking, environment),
    natsFindings(config, first?.[1].nats),
    first === undefined ? [] : upstreamFindings(config, first, askUpstream),
  ]);
  return [...files.findings, ...ports.findings, ...others.flat()];
}

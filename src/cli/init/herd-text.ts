import { stringify } from 'yaml';
import { formatAddress } from '../../transport/address.ts';
import type { Answers, NewServer } from './answers.ts';

/** The files beside the configuration that it names, by what they are for. */
export const FILES = {
  secret: 'peer.secret',
  access: 'access.yaml',
  key: 'places.key',
} as const;

/** How far the port for neighbours is above the client port: as in the built-in configuration. */
const PEERS_ABOVE = 1000;

/**
 * The text of a configuration, with comments.
 *
 * @param schema the path of the schema for editors, from the configuration's folder; `undefined`: there is none to name
 * @param hasSecret whether the servers prove a secret to one another
 */
export function herdText(answers: Answers, schema: string | undefined, hasSecret: boolean): string {
  return [
    ...(schema === undefined ? [] : [`# yaml-language-server: $schema=${schema}`]),
    '# Written by "proxy-herd init". docs/CONFIGURATION.md of the package has all keys; "proxy-herd check" says',
    '# whether the file is right, and "proxy-herd doctor" what is wrong around it.',
    '',
    ...part(['Only servers of the same herd link.'], { herd: answers.herd }),
    ...serverLines(answers),
    ...linkLines(answers.servers),
    ...placesLines(answers),
    ...(hasSecret
      ? part(
          [
            'The secret by which the servers know each other, and with which they encrypt what they say. Every machine',
            'has the same file, readable for its owner alone.',
          ],
          { secretFile: `./${FILES.secret}` },
        )
      : []),
    ...accessLines(answers.hasAccess),
    '# What the reply to a report promises: received is the fastest; neighbours: they have it as well; journaled: it',
    '# is on the disk of the server as well.',
    'acknowledge: received',
    '',
    '# The age at which locations are forgotten: never, or a duration such as 30d.',
    'forget: never',
    '',
    '# The folders of the journals and of the logs, from this file; none keeps none.',
    'data: ./data',
    'logs: ./logs',
    '',
  ].join('\n');
}

/** Lines of comment, lines of YAML and an empty line. */
function part(comment: readonly string[], value: unknown): string[] {
  const text = stringify(value, { lineWidth: 0 }).trimEnd();
  return [...comment.map((line) => `# ${line}`), ...text.split('\n'), ''];
}

/** A value on one line. */
function inline(value: unknown, hasPadding: boolean): string {
  const options = {
    collectionStyle: 'flow',
    flowCollectionPadding: hasPadding,
    lineWidth: 0,
  } as const;
  return stringify(value, options).trim();
}

function serverLines({ servers, firstPort }: Answers): string[] {
  const used = new Map<string, number>();
  const lines = servers.map(({ name, host }) => {
    const port = firstPort + (used.get(host) ?? 0);
    used.set(host, port - firstPort + 1);
    const clients = formatAddress({ host, port });
    const peers = formatAddress({ host, port: port + PEERS_ABOVE });
    return `  ${inline(name, false)}: ${inline({ clients, peers }, true)}`;
  });
  return [
    '# Where each server listens, for clients and for its neighbours: addresses at which the others reach it. The HTTP',
    '# gateway with the dashboard is on loopback, 2,000 above the client port; gateway: HOST:PORT puts it elsewhere.',
    'servers:',
    ...lines,
    '',
  ];
}

/** A ring, which outlives the loss of any one link or server. */
function linkLines(servers: readonly NewServer[]): string[] {
  const [first, second] = servers;
  if (first === undefined || second === undefined) return [];
  const names = servers.map(({ name }) => name);
  const ends = servers.length === 2 ? [] : [first.name];
  const links = [...names, ...ends].flatMap((name, index, all) => {
    const before = all[index - 1];
    return before === undefined ? [] : [`  - ${inline([before, name], false)}`];
  });
  return [
    '# Which servers are linked. In a ring every server still gets everything when any one link or server is lost.',
    'links:',
    ...links,
    '',
  ];
}

function placesLines({ provider, settings, key }: Answers): string[] {
  const places = {
    provider,
    ...settings,
    ...(key === undefined ? {} : { keyFile: `./${FILES.key}` }),
  };
  const comment = [
    'Where nearby places come from; docs/PLACES.md says what each provider knows and costs.',
  ];
  return part(comment, { places });
}

function accessLines(hasAccess: boolean): string[] {
  if (!hasAccess) return [];
  const comment = [
    'Who may do what: "proxy-herd token create" makes tokens. Ports beyond loopback ask for one; with always, those on',
    'loopback do as well. Every machine has the same file, readable for its owner alone.',
  ];
  return part(comment, {
    access: { file: `./${FILES.access}`, clients: 'always', gateway: 'always' },
  });
}

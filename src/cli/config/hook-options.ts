import { hookUrlFault } from '../../gateway/hooks/hook-url.ts';
import type { HookEventKind, HookForm, HookOptions } from '../../gateway/hooks/options.ts';
import { HOOK_SECRET_EXPECTED, parseHookSecret } from '../../gateway/hooks/signature.ts';
import { fault, readNamed } from './named-file.ts';
import type { HerdConfig } from './herd-config.ts';
import type { HookValues } from './hooks-schema.ts';

/** The default events of a hook. Signs of life are sent only on request, as in live updates. */
const DEFAULT_EVENTS: Readonly<Record<HookForm, readonly HookEventKind[]>> = {
  json: ['location', 'enter', 'leave', 'removed'],
  // Home Assistant finds zones by itself; a leave that was lost would have it pass over all locations to come.
  'home-assistant': ['location'],
};

/**
 * The hooks of a configuration, with what other files or the environment have of them.
 *
 * @throws {ConfigError} where something is missing or cannot be read or used; neither URL nor secret is in the message
 */
export function readHooks(
  config: HerdConfig,
  environment: NodeJS.ProcessEnv,
): Promise<readonly HookOptions[]> {
  const hooks = [...config.hooks].map(async ([name, values]): Promise<HookOptions> => {
    const { form, events, clients, allowPrivate, followRedirects, timeout } = values;
    return {
      name,
      url: await urlOf(config, name, values, environment),
      form,
      events: events ?? DEFAULT_EVENTS[form],
      clients,
      secrets: await secretsOf(config, name, values, environment),
      allowPrivate,
      followRedirects,
      timeoutMs: timeout,
    };
  });
  return Promise.all(hooks);
}

/** The environment variable of what a hook's configuration does not say. */
function variableOf(name: string, what: 'URL' | 'SECRET'): string {
  return `PROXY_HERD_HOOK_${name.toUpperCase().replaceAll('-', '_')}_${what}`;
}

async function urlOf(
  config: HerdConfig,
  name: string,
  { url, urlFile, allowPrivate }: HookValues,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  if (url !== undefined) return url; // it has been checked
  const path = ['hooks', name, ...(urlFile === undefined ? [] : ['urlFile'])];
  const variable = variableOf(name, 'URL');
  const text =
    urlFile === undefined ? environment[variable] : await readNamed(config, path, urlFile);
  if (text === undefined) {
    const message = `it has no URL: name it with url, a file that has it with urlFile, or set ${variable}`;
    throw fault(config, path, message);
  }
  const found = text.trim();
  const expected = hookUrlFault(found, allowPrivate);
  if (expected === undefined) return found;
  const where = urlFile === undefined ? `the variable ${variable}` : 'the file';
  throw fault(config, path, `${where} has no such URL, expected ${expected}`);
}

/** One secret a line; requests are signed with each, so that receivers can go over to another one. */
async function secretsOf(
  config: HerdConfig,
  name: string,
  { secretFile, form }: HookValues,
  environment: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const path = ['hooks', name, ...(secretFile === undefined ? [] : ['secretFile'])];
  const variable = variableOf(name, 'SECRET');
  const text =
    secretFile === undefined
      ? (environment[variable] ?? '')
      : await readNamed(config, path, secretFile);
  const secrets = text.split('\n').flatMap((line) => line.trim() || []);
  const where = secretFile === undefined ? `the variable ${variable}` : 'the file';
  if (secrets.some((secret) => parseHookSecret(secret) === undefined)) {
    throw fault(
      config,
      path,
      `${where} has something else than ${HOOK_SECRET_EXPECTED}, one a line`,
    );
  }
  if (secrets.length > 0 || (form !== 'json' && secretFile === undefined)) return secrets;
  const message =
    secretFile === undefined
      ? `the form json is signed: set ${variable} to ${HOOK_SECRET_EXPECTED}, or name a file that has it with secretFile`
      : `the file has no secret, expected ${HOOK_SECRET_EXPECTED}, one a line`;
  throw fault(config, path, message);
}

import { parsePattern } from '../../../access/client-pattern.ts';
import { formatClientId } from '../../../protocol/client-id.ts';
import { APP_OF_MANY } from '../../../gateway/ingest/set-ups.ts';
import { warningsOf, type PhoneToSetUp, type SetUp } from '../../../gateway/ingest/set-up.ts';
import { parseBaseUrl } from '../../../protocol/base-url.ts';
import { jsonText } from '../../access/describe.ts';
import { usage } from '../../access/arguments.ts';
import type { HerdConfig } from '../../config/herd-config.ts';
import { EXPECTED } from '../../config/values.ts';
import { reachableUrls } from '../../gateway-addresses.ts';
import { print, printMessage } from '../../output.ts';
import { requireApp } from '../../phone/require-app.ts';
import { hasColour, styleOf, visible } from '../../style.ts';
import { codeText } from './code-text.ts';

/** What is asked of the phone that a token is for. */
interface PhoneOptions {
  readonly client: readonly string[];
  readonly app?: string;
  readonly qr?: boolean;
  readonly url?: string;
  readonly json?: boolean;
}

/** A phone whose token is yet to be made. */
type PhoneToCome = Omit<PhoneToSetUp, 'token' | 'passphrase'> & {
  readonly app: string;
  readonly setUp: (phone: PhoneToSetUp) => SetUp;
};

/**
 * The phone that a token is made for; `undefined` where it is for none.
 *
 * @throws {CliError} `USAGE` where it cannot be set up in that way
 */
export function readPhone(options: PhoneOptions, config: HerdConfig): PhoneToCome | undefined {
  const { app, qr, url, client: clients } = options;
  if (app === undefined) {
    if (qr === true || url !== undefined) throw usage('--qr and --url go with --app APP');
    return undefined;
  }
  const setUp = requireApp(app);
  if (qr === true && app === APP_OF_MANY) {
    throw usage(`there is no code for ${app}: leave out --qr`);
  }
  const [pattern = '', ...others] = clients;
  const client = parsePattern(pattern)?.client;
  if (others.length > 0 || (client === undefined && (pattern === '' || app !== APP_OF_MANY))) {
    throw usage('a phone is one client: name it with --client, once and without *');
  }
  const shown = client === undefined ? pattern : formatClientId(client);
  return { app, setUp, client: shown, baseUrl: baseUrlOf(url, config) };
}

function baseUrlOf(url: string | undefined, config: HerdConfig): string {
  if (url === undefined) {
    const [best] = reachableUrls(config);
    if (best !== undefined) return best;
    throw usage('no server has a gateway: see the key gateway, or name one with --url');
  }
  const baseUrl = parseBaseUrl(url);
  // Without what was found: it may have a password in it.
  if (baseUrl === undefined) throw usage(`--url: expected ${EXPECTED.gatewayUrl}`);
  return baseUrl;
}

/**
 * Prints how to set up a phone.
 *
 * @param facts the facts about the token
 */
export async function printSetUp(
  { app, setUp, ...phone }: PhoneToCome & PhoneToSetUp,
  facts: Readonly<Record<string, unknown>>,
  options: PhoneOptions,
): Promise<void> {
  const { link, code, steps } = setUp(phone);
  const warnings = warningsOf(phone.baseUrl);
  for (const warning of warnings) printMessage(warning);
  if (options.json === true) {
    const all = {
      app,
      url: phone.baseUrl,
      link: link ?? null,
      code: code ?? null,
      steps,
      warnings,
    };
    return print(jsonText({ ...facts, ...all }));
  }
  const isColoured = hasColour(process.stdout, process.env);
  const style = styleOf(isColoured);
  const shown = options.qr === true && code !== undefined ? await codeText(code, isColoured) : '';
  const parts = [
    style.bold(`${app} for ${visible(phone.client)}`),
    ...(code === undefined ? [] : [link ?? code]),
    ...(shown === '' ? [] : [shown]),
    steps.map((step, index) => `${index + 1}. ${visible(step)}`).join('\n'),
  ];
  await print(`${parts.join('\n\n')}\n`);
}

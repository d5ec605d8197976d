import type { PhoneAnswer } from '../../gateway/api/phone-schema.ts';
import { visible } from '../style.ts';

type Lost = NonNullable<PhoneAnswer['unused']>;

/** Something that came from a phone, at one of the servers that were asked. */
export type Arrived =
  | {
      readonly kind: 'stored';
      readonly server: string;
      readonly what: NonNullable<PhoneAnswer['stored']>;
    }
  | {
      readonly kind: 'unused' | 'refused' | 'stranger';
      readonly server: string;
      readonly what: Lost;
    };

/**
 * All that servers say has come, the latest first.
 *
 * @param app only of this app; `undefined` for all
 */
export function arrivedOf(answers: readonly PhoneAnswer[], app: string | undefined): Arrived[] {
  return answers
    .flatMap(({ server, stored, unused, refused, strangers }): Arrived[] => [
      ...(stored === undefined ? [] : [{ kind: 'stored' as const, server, what: stored }]),
      ...(unused === undefined ? [] : [{ kind: 'unused' as const, server, what: unused }]),
      ...(refused === undefined ? [] : [{ kind: 'refused' as const, server, what: refused }]),
      ...strangers.map((what) => ({ kind: 'stranger' as const, server, what })),
    ])
    .filter(({ what }) => app === undefined || what.app === app)
    .sort((a, b) => a.what.secondsAgo - b.what.secondsAgo);
}

/** What came, on a line. */
export function describeArrived(arrived: Arrived): string {
  const { kind, server, what } = arrived;
  const when = `${what.secondsAgo} s ago`;
  if (arrived.kind === 'stored') {
    const { accuracyM, batteryPercent } = arrived.what;
    const parts = [
      `received ${when} by ${server} from ${what.app}`,
      ...(accuracyM === undefined ? [] : [`accuracy ${Math.round(accuracyM)} m`]),
      ...(batteryPercent === undefined ? [] : [`battery ${Math.round(batteryPercent)} %`]),
    ];
    return visible(parts.join(', '));
  }
  const { reason, address, advice } = arrived.what;
  const why = advice === undefined ? reason : `${reason}, ${advice}`;
  const isUnusable = kind === 'unused' || reason === 'no-device';
  const did = isUnusable ? 'received an unusable message' : 'refused a report';
  const sender = kind === 'stranger' ? `, sent by an unknown phone at ${address}` : '';
  return visible(`${when} ${server} ${did} from ${what.app}${sender}: ${why}`);
}

/** What to look at where nothing came, in this order. */
export function checklist(client: string, url: string): string[] {
  return [
    `open ${url}/healthz in the browser of the phone: if it shows no status, the phone cannot reach the gateway`,
    `proxy-herd token list must show a valid token that may report as ${client}, and the app must use that token`,
    'the app must be in the right mode, switched on, always allowed to see the location, and exempt from battery savers',
    'have the app report now, with its own button',
    'look in the logs of the servers for http-answered, token-refused and phone-data-unused',
  ].map((line, index) => visible(`${index + 1}. ${line}`));
}

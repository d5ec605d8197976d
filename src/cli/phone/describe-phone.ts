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
      `heard ${when} from ${server} by ${what.app}`,
      ...(accuracyM === undefined ? [] : [`accuracy ${Math.round(accuracyM)} m`]),
      ...(batteryPercent === undefined ? [] : [`battery ${Math.round(batteryPercent)} %`]),
    ];
    return visible(parts.join(', '));
  }
  const { reason, address, advice } = arrived.what;
  const who = kind === 'stranger' ? `a phone at ${address}, nobody knows whose,` : 'it';
  const why = advice === undefined ? reason : `${reason}, ${advice}`;
  const was = kind === 'unused' || reason === 'no-device' ? 'is of no use' : 'was refused';
  return visible(`${when} ${who} sent ${server} by ${what.app} what ${was}: ${why}`);
}

/** What to look at where nothing came, in this order. */
export function checklist(client: string, url: string): string[] {
  return [
    `open ${url}/healthz in the browser of the phone: where it shows no status, the phone does not reach the gateway`,
    `proxy-herd token list has to have a good token that may report as ${client}: it has to be the one in the app`,
    'the app has to be in the right mode, switched on, allowed to see the location always, and left alone by battery savers',
    'have the app report now, with its own button',
    'the logs of the servers say what came: look for http-answered, token-refused and phone-data-unused',
  ].map((line, index) => visible(`${index + 1}. ${line}`));
}

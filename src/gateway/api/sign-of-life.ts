import type { SignOfLife } from '../../store/sign-of-life.ts';
import { describeBattery } from './location.ts';
import { formatTime } from '../../protocol/time.ts';

/** A client's sign of life as it is answered. */
interface ApiSign {
  readonly lastSeenAt: string;
  /** The server that received it. */
  readonly server: string;
  /** What the client was heard through: a phone app's name, or `report` for a report older than its location. */
  readonly app: string;
  readonly batteryPercent?: number | undefined;
  readonly charging?: boolean | undefined;
}

/** A sign of life as it is answered. */
export function describeSign(sign: SignOfLife): ApiSign {
  const { received, origin: server, app } = sign;
  return { lastSeenAt: formatTime(received), server, app, ...describeBattery(sign) };
}

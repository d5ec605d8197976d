import type { PhoneToSetUp, SetUp } from '../../gateway/ingest/set-up.ts';
import { SET_UPS } from '../../gateway/ingest/set-ups.ts';
import { usage } from '../access/arguments.ts';
import { didYouMean } from '../closest.ts';
import { word } from '../config/faults.ts';

/** How the app that an option names is set up. @throws {CliError} `USAGE` where there is no such app */
export function requireApp(app: string): (phone: PhoneToSetUp) => SetUp {
  const setUp = SET_UPS.get(app);
  if (setUp !== undefined) return setUp;
  const known = [...SET_UPS.keys()];
  throw usage(`found --app ${word(app)}, expected ${known.join(', ')}${didYouMean(app, known)}`);
}

import { idQuery, reportUrl, type PhoneToSetUp, type SetUp } from '../set-up.ts';

/** How often GPSLogger reports, in seconds. */
const INTERVAL_SECONDS = 60;

/** What is behind the token in the path of the profile; it is the name of the profile as well. */
export const PROFILE_PATH = '/herd.properties';

/** GPSLogger: it fetches a profile (https://gpslogger.app/#loadprofilesbyclickingalink), which this gateway has. */
export function setUp(phone: PhoneToSetUp): SetUp {
  const report = reportUrl(phone, 'gpslogger');
  const url = report + idQuery(phone);
  const profile = `${report}${PROFILE_PATH}${idQuery(phone)}`;
  const link = `gpslogger://properties/${profile}`;
  return {
    link,
    code: link,
    steps: [
      'install GPSLogger (Android), and let it see the location, always',
      'open the link on the phone, or scan the code with its camera',
      `where that opens nothing: in GPSLogger open the menu, the list of profiles, From URL, and enter ${profile}`,
      `or enter it by hand: Logging details, Log to custom URL, URL ${url}, HTTP method POST, HTTP body %ALL`,
      'start logging',
    ],
  };
}

/** The profile: settings in the form of Java's properties. `%ALL` is everything that GPSLogger knows of a point. */
export function profileOf(phone: PhoneToSetUp): string {
  return [
    'log_customurl_enabled=true',
    `log_customurl_url=${reportUrl(phone, 'gpslogger')}${idQuery(phone)}`,
    'log_customurl_method=POST',
    'log_customurl_body=%ALL',
    'log_customurl_headers=',
    'log_customurl_discard_offline_locations_enabled=false',
    'autosend_customurl_enabled=true',
    `time_before_logging=${INTERVAL_SECONDS}`,
    '',
  ].join('\n');
}

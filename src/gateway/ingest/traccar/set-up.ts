import { reportUrl, type PhoneToSetUp, type SetUp } from '../set-up.ts';

/** How often and how far apart Traccar Client reports, in seconds and metres. */
const INTERVAL_SECONDS = 60;
const DISTANCE_M = 50;

/**
 * Traccar Client: it scans a code by itself, takes the URL without its query as its server's, and these parameters as
 * settings of its own.
 */
export function setUp(phone: PhoneToSetUp): SetUp {
  const url = reportUrl(phone, 'traccar');
  const settings = new URLSearchParams({
    id: phone.client,
    interval: String(INTERVAL_SECONDS),
    distance: String(DISTANCE_M),
  });
  return {
    link: undefined,
    code: `${url}?${settings.toString()}`,
    steps: [
      'install Traccar Client (Android, iOS), and let it see the location, always',
      'open its settings, then its QR code scanner, and scan the code; a camera would open it as a web page',
      `or enter it by hand: server URL ${url}, device identifier ${phone.client}`,
      'switch on continuous tracking',
    ],
  };
}

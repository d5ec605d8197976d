import { reportUrl, type PhoneToSetUp, type SetUp } from '../set-up.ts';

/** A Traccar server: entries of its configuration (https://www.traccar.org/configuration-file/). */
export function setUp(phone: PhoneToSetUp): SetUp {
  const entries = {
    'forward.type': 'json',
    'forward.url': reportUrl(phone, 'traccar-forward'),
    'forward.retry.enable': 'true',
  };
  const lines = Object.entries(entries).map(
    ([key, value]) => `<entry key='${key}'>${value.replaceAll('&', '&amp;')}</entry>`,
  );
  return {
    link: undefined,
    code: undefined,
    steps: [
      `put these lines into conf/traccar.xml of the Traccar server: ${lines.join(' ')}`,
      `restart it; each of its devices then is the client that its identifier says, within ${phone.client}`,
    ],
  };
}

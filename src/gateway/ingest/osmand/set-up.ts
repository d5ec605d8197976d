import { idQuery, reportUrl, type PhoneToSetUp, type SetUp } from '../set-up.ts';

/** What OsmAnd puts in place of the numbers in braces. */
const TEMPLATE =
  'lat={0}&lon={1}&timestamp={2}&hdop={3}&altitude={4}&speed={5}&bearing={6}&batt={11}';

/** OsmAnd: a template that is pasted. */
export function setUp(phone: PhoneToSetUp): SetUp {
  const id = idQuery(phone);
  const template = `${reportUrl(phone, 'osmand')}${id === '' ? '?' : `${id}&`}${TEMPLATE}`;
  return {
    link: undefined,
    code: template,
    steps: [
      'in OsmAnd switch on the plugin Trip recording, and open its settings',
      'scan the code with the camera and copy its text, without opening it as a web page',
      `paste it under Online tracking, Web address: ${template}`,
      'switch on Online tracking, and record a trip: it reports while one is recorded',
    ],
  };
}

import { reportUrl, type PhoneToSetUp, type SetUp } from '../set-up.ts';

/** μlogger: it takes nothing from a link. It asks for a user and a password; any password will do. */
export function setUp(phone: PhoneToSetUp): SetUp {
  const url = reportUrl(phone, 'ulogger');
  return {
    link: undefined,
    code: url,
    steps: [
      'install μlogger (Android), and let it see the location, always',
      'scan the code with the camera and copy its text, without opening it as a web page',
      `in its settings enter the server URL ${url}, the username ${phone.client}, and any password`,
      'switch on Live synchronization, and start logging',
    ],
  };
}

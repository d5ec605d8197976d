import { testPhoneRequests } from './phone-requests-test.ts';

await testPhoneRequests(12, 17);

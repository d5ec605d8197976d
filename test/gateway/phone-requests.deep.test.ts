import { testPhoneRequests } from './phone-requests-test.ts';

await testPhoneRequests(1000, 18);

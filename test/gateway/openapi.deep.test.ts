import { testOpenApi } from './openapi-test.ts';

await testOpenApi(2000, 2);

import { testOpenApi } from './openapi-test.ts';

await testOpenApi(100, 1);

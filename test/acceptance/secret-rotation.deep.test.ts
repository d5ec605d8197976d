import { testSecretRotation } from './secret-rotation-test.ts';

testSecretRotation(3);

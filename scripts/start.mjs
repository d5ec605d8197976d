// `npm start`: makes the checkout ready where it is not, then runs `proxy-herd up` in this process.
import { prepare } from './prepare.mjs';

if (prepare('program')) {
  const { run } = await import('../dist/cli/program.js');
  process.exitCode = await run(['up', ...process.argv.slice(2)]);
} else {
  process.exitCode = 1;
}

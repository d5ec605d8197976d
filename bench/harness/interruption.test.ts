import { test } from 'node:test';
import { Scope } from './scope.ts';

const MODULE = new URL('interruption.js', import.meta.url).href;

/** Runs `cause` in a process that prints why it was interrupted. */
async function prints(cause: string, expected: RegExp): Promise<void> {
  await using scope = new Scope();
  const script = `
    import { interruption } from ${JSON.stringify(MODULE)};
    const signal = interruption();
    signal.addEventListener('abort', () => {
      console.log(signal.reason.message, signal.reason.exitStatus);
      process.exit();
    });
    setInterval(() => {}, 1000);
    ${cause}`;
  await scope.spawn(process.execPath, ['--input-type=module', '-e', script]).prints(expected);
}

test('a signal to stop interrupts, with the exit status that a shell gives it', async () => {
  await prints("process.kill(process.pid, 'SIGINT')", /^stopped by SIGINT 130$/m);
  await prints("process.kill(process.pid, 'SIGTERM')", /^stopped by SIGTERM 143$/m);
  await prints("process.kill(process.pid, 'SIGHUP')", /^stopped by SIGHUP 129$/m);
});

test('an error that nobody caught interrupts, thrown or rejected', async () => {
  await prints("setTimeout(() => { throw new Error('thrown') })", /^thrown undefined$/m);
  await prints("void Promise.reject(new Error('rejected'))", /^rejected undefined$/m);
});

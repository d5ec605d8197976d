import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Ctrl-C under npm reaches a process twice within milliseconds, from the terminal and from npm: that
 * is one wish. A signal later than this, in milliseconds, is a second one.
 */
const ONE_WISH_MS = 250;

/**
 * Resolves once this process is told to stop: SIGINT, SIGTERM, or the end of the channel to the
 * supervisor that started it, so that no server outlives its supervisor. A second signal ends the
 * process at once. On SIGHUP, `reopen` is called; but where SIGHUP says that the terminal is gone, it
 * is a signal to stop.
 */
export function untilStopped(reopen: () => void): Promise<void> {
  const hadTerminal = isatty(0);
  return new Promise((resolve) => {
    let told = Infinity;
    const stop = (): void => {
      if (performance.now() - told > ONE_WISH_MS) process.exit(1);
      told = Math.min(told, performance.now());
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    process.on('SIGHUP', () => {
      if (hadTerminal && terminalIsGone()) stop();
      else reopen();
    });
    if (process.send === undefined) return;
    if (process.connected) process.once('disconnect', resolve);
    else resolve();
  });
}

function terminalIsGone(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}

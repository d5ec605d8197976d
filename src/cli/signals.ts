import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Ctrl-C under npm reaches a process twice within milliseconds, from the terminal and from npm: that
 * is one wish. A signal later than this, in milliseconds, is a second one.
 */
const ONE_WISH_MS = 250;

/** What signals ask for that do not stop a process. */
export interface SignalActions {
  /** SIGHUP, where the terminal is not lost. */
  readonly reopen: () => void;
  /** SIGUSR2, which not every system has. */
  readonly forgetPlaces: () => void;
}

/**
 * Resolves once this process is told to stop: SIGINT, SIGTERM, the loss of its terminal, or the end of
 * the channel to the supervisor that started it, so that no server outlives its supervisor. A second
 * signal ends the process at once. Until it is told to stop, further signals have their actions done.
 */
export function untilStopped({ reopen, forgetPlaces }: SignalActions): Promise<void> {
  const hadTerminal = isatty(0);
  return new Promise((resolve) => {
    let told: number | undefined;
    const stop = (): void => {
      told ??= performance.now();
      resolve();
    };
    const onSignal = (): void => {
      if (told !== undefined && performance.now() - told > ONE_WISH_MS) process.exit(1);
      stop();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    process.on('SIGHUP', () => {
      if (hadTerminal && terminalIsGone()) {
        dieOfHangup();
        onSignal();
      } else if (told === undefined) {
        reopen();
      }
    });
    process.on('SIGUSR2', () => {
      if (told === undefined) forgetPlaces();
    });
    if (process.send === undefined) return;
    if (process.connected) process.once('disconnect', stop);
    else stop();
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

/** Has this process end by SIGHUP in the end: Node aborts where it cannot reset the terminal. */
function dieOfHangup(): void {
  process.once('exit', () => {
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  });
}

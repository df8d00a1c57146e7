import { ABORT_SIGNALS, type AbortSignalName } from '../machines/vocabulary.ts';
import { isHangupIgnored } from './host/ignored-hangup.ts';

const nothing = () => {};

/**
 * Sets right what signals mean once the program is loaded: SIGUSR1 ends a process, and does not open Node's debugger to
 * the whole host; SIGXFSZ is ignored, as Node does until a library touches it; SIGHUP stays ignored where it was.
 */
export function restoreSignals(): void {
  process.on('SIGUSR1', nothing).removeListener('SIGUSR1', nothing);
  process.on('SIGXFSZ', nothing);
  if (isHangupIgnored()) process.on('SIGHUP', nothing);
}

/**
 * Calls back for every signal that would end the process and that can be answered. These are not among them:
 * - KILL cannot be caught, and Node has no name for the real-time signals.
 * - ILL, TRAP, BUS, FPE, SEGV and SYS answer a fault of the process itself, which cannot go on from there. As after KILL,
 *   the dead man's switch stops the commands.
 * - PIPE and XFSZ are ignored: the write fails all the same, and is seen where it was made.
 */
export function onStopSignal(stop: (signal: AbortSignalName) => void): void {
  for (const signal of ABORT_SIGNALS.filter(isUnanswered)) process.on(signal, stop);
}

function isUnanswered(signal: AbortSignalName): boolean {
  return process.listenerCount(signal) === 0;
}

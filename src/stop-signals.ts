import type { AbortSignalName } from '../machines/vocabulary.ts';

/** Calls back for every SIGTERM and SIGINT. */
export function onStopSignal(stop: (signal: AbortSignalName) => void): void {
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/**
 * SIGUSR1 would open a debugger to the whole host. SIGXFSZ comes with a write that a limit of file size refuses: the
 * write fails all the same and is told of, but the exit hooks of a library would have the signal end the process.
 */
export function ignoreOddSignals(): void {
  process.on('SIGUSR1', () => {});
  process.on('SIGXFSZ', () => {});
}

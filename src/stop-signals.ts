import type { AbortSignalName } from '../machines/vocabulary.ts';

/** Calls back for every SIGTERM and SIGINT. SIGUSR1, which would open a debugger to the whole host, does nothing. */
export function onStopSignal(stop: (signal: AbortSignalName) => void): void {
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGUSR1', () => {});
}

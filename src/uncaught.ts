import { messageOf } from './host/file-problem.ts';

/**
 * Errors that nothing caught reach the answer that was given last, and not Node's, which prints a stack trace and ends the
 * process with all that it holds. Rejections that nothing handles are among them.
 */
export function onUncaught(answer: (error: unknown) => void): void {
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', answer);
}

/** In a few words, for whoever has to report it. */
export function describeFault(error: unknown): string {
  const name = error instanceof Error ? `${error.name}: ` : '';
  return `an internal error (${name}${messageOf(error)})`;
}

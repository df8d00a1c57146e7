import { fitText } from '../text/text-width.ts';
import type { Terminal } from './terminal.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** About six times a second: lively, and nothing to a slow line. */
const REDRAW_MS = 160;

/**
 * Keeps one line about what is going on at the end of a live terminal, until it is stopped; on anything else it does
 * nothing. `describe` gives clean text.
 */
export function startProgress(terminal: Terminal, describe: () => string): { stop(): void } {
  if (!terminal.isLive) return { stop() {} };
  let frame = 0;

  const timer = setInterval(() => {
    // The last column stays free: many terminals wrap as soon as it is written to.
    terminal.draw(fitText(`${FRAMES[frame++ % FRAMES.length]} ${describe()}`, terminal.columns() - 1));
  }, REDRAW_MS);
  timer.unref();

  return {
    stop() {
      clearInterval(timer);
      terminal.erase();
    },
  };
}

import { plainLetters, wantsPlainLetters } from '../text/plain-letters.ts';

/** As much of `process.stderr` as a terminal takes. */
export interface Stderr {
  write(text: string): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  listeners(event: 'error'): readonly unknown[];
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Standard error, with at most one live line at its end. Takes clean text only. Never throws. */
export interface Terminal {
  /** Somebody is looking: it is a terminal and no file, pipe or cron. */
  readonly isWatched: boolean;
  /** It can redraw a line. */
  readonly isLive: boolean;
  readonly hasColours: boolean;
  columns(): number;
  /** Writes a line that stays; a live line gives way to it. */
  print(line: string): void;
  /** Puts the line in the place of the last live one, where a line can be redrawn. It must fit into the columns. */
  draw(line: string): void;
  /** Takes the live line away. */
  erase(): void;
}

const ERASE = '\r\u001b[K';
const USUAL_COLUMNS = 80;

/** A reader that went away takes nothing with it; without a listener its EPIPE would end the process. */
function carryOn(): void {}

/** Reads `TERM`, `NO_COLOR` and the locale from the environment. */
export function openTerminal(stderr: Stderr, environment: NodeJS.ProcessEnv): Terminal {
  const isWatched = stderr.isTTY === true;
  const isLive = isWatched && environment['TERM'] !== 'dumb';
  const shown = isWatched && wantsPlainLetters(environment) ? plainLetters : (text: string) => text;
  let drawn = false;

  // It lasts for as long as the process, and an error may come after the last line: one listener stays, for all.
  if (!stderr.listeners('error').includes(carryOn)) stderr.on('error', carryOn);

  function write(text: string) {
    try {
      stderr.write(shown(text));
    } catch {
      // There is no place left to say so.
    }
  }

  function erase() {
    if (drawn) write(ERASE);
    drawn = false;
  }

  return {
    isWatched,
    isLive,
    hasColours: isLive && !environment['NO_COLOR'],
    columns: () => stderr.columns || USUAL_COLUMNS,
    print(line) {
      erase();
      write(`${line}\n`);
    },
    draw(line) {
      write(`${ERASE}${line}`);
      drawn = true;
    },
    erase,
  };
}

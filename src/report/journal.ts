import { fstatSync } from 'node:fs';
import type { LogLevel } from '../settings/settings.ts';

/** Levels as the journal reads them at the beginning of a line: sd-daemon(3). */
const PRIORITIES: Readonly<Record<LogLevel, number>> = { DEBUG: 7, INFO: 6, WARN: 4, ERROR: 3 };

/** `<6>`, which journald takes for the priority of the line and does not keep as text. */
export function journalPriority(level: LogLevel): string {
  return `<${PRIORITIES[level]}>`;
}

/** True when stderr itself is the journal's stream, and no file or pipe that it was redirected to: systemd.exec(5). */
export function goesToJournal(environment: NodeJS.ProcessEnv, fd = 2): boolean {
  try {
    const { dev, ino } = fstatSync(fd);
    return environment['JOURNAL_STREAM'] === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

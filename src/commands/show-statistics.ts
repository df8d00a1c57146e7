import { withoutFutureTimes } from '../../machines/future-times.ts';
import type { Statistics } from '../../machines/statistics.ts';
import type { Flags } from '../config/sources.ts';
import { workingFolder } from '../host/working-folder.ts';
import { readStatistics } from '../node-files/statistics.ts';
import { formatElapsed } from '../report/format-elapsed.ts';
import { findSettings } from '../settings/find-settings.ts';
import { isoTime } from '../text/iso-time.ts';
import type { Answer } from './command.ts';

/** `-get_stats`: the statistics, zeros where there are none yet, and what is to be said about them. Throws `ConfigError`, `Failed`. */
export async function showStatistics(flags: Flags): Promise<Answer> {
  const { settings, warnings } = await findSettings(['statFile'], flags, process.env, workingFolder());
  const { statistics, isMissing, notes } = await readStatistics(settings.statFile);
  const missing = isMissing ? [`no run has written statistics yet: ${settings.statFile}: no such file`] : [];
  const future = withoutFutureTimes(statistics, Date.now() / 1000).notes;
  // As they are in the file: whoever compares them with the clock must not be shown that all is well.
  return {
    text: `${JSON.stringify(statistics, null, 2)}\n${process.stdout.isTTY ? timesIn(statistics, Date.now()) : ''}`,
    code: 0,
    warnings: [...warnings, ...missing, ...notes, ...future],
  };
}

/** For people: when each of these times was. Who reads the output by a program gets nothing but JSON. */
export function timesIn(statistics: Statistics, nowMs: number): string {
  const times = Object.entries(statistics).filter(([name, value]) => name.endsWith('Timestamp') && value > 0);
  const lines = times.map(([name, value]) => {
    const agoMs = nowMs - value * 1_000;
    const when = agoMs < 0 ? 'still to come' : `${formatElapsed(agoMs)} ago`;
    return `${name.padEnd(27)} ${isoTime(value * 1_000).replace('.000Z', 'Z')}  ${when}\n`;
  });
  return lines.length === 0 ? '' : `\n${lines.join('')}`;
}

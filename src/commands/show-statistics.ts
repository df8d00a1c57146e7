import type { Flags } from '../config/sources.ts';
import { workingFolder } from '../host/working-folder.ts';
import { withoutFutureTimes } from '../node-files/future-times.ts';
import { readStatistics } from '../node-files/statistics.ts';
import { findSettings } from '../settings/find-settings.ts';
import type { Answer } from './command.ts';

/** `-get_stats`: the statistics, zeros where there are none yet, and what is to be said about them. Throws `ConfigError`, `Failed`. */
export async function showStatistics(flags: Flags): Promise<Answer> {
  const { settings, warnings } = await findSettings(['statFile'], flags, process.env, workingFolder());
  const { statistics, isMissing, notes } = await readStatistics(settings.statFile);
  const missing = isMissing ? [`no run has written statistics yet: ${settings.statFile}: no such file`] : [];
  const future = withoutFutureTimes(statistics, Date.now() / 1000).notes;
  // As they are in the file: whoever compares them with the clock must not be shown that all is well.
  return {
    text: `${JSON.stringify(statistics, null, 2)}\n`,
    code: 0,
    warnings: [...warnings, ...missing, ...notes, ...future],
  };
}

import { findStatFile } from '../config/find-stat-file.ts';
import type { Flags } from '../config/sources.ts';
import { workingFolder } from '../host/working-folder.ts';
import { readStatistics } from '../services/statistics.ts';

/** `-get_stats`: the statistics, zeros where there are none yet, and what is to be said about them. Throws `ConfigError`, `Failed`. */
export async function showStatistics(
  flags: Flags,
): Promise<{ readonly text: string; readonly warnings: readonly string[] }> {
  const { statFile, warning } = await findStatFile(flags, process.env, workingFolder());
  const { statistics, notes } = await readStatistics(statFile);
  return {
    text: `${JSON.stringify(statistics, null, 2)}\n`,
    warnings: [...(warning === null ? [] : [warning]), ...notes],
  };
}

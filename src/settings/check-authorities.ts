import { stat } from 'node:fs/promises';
import { ConfigError } from '../config/config-error.ts';
import { acceptAccess } from '../files/guarded-file.ts';
import { asking, isSilence } from '../files/patience.ts';
import { whoMayWrite } from '../files/who-may-write.ts';
import { FileProblem } from '../host/file-problem.ts';
import { readAuthorities, SYSTEM_AUTHORITIES } from '../http/authorities.ts';
import type { CoreSettings } from './settings.ts';

/**
 * Looks at a `ca_file` that was named before anything is done: it may be needed much later only, and whoever may write
 * it decides who is believed. Resolves with warnings. Throws `ConfigError`, and `FileProblem` where
 * patience with it is at its end.
 */
export async function checkAuthorities(
  { caFile, allowUnsafeFiles = false }: Partial<CoreSettings>,
  show: (field: keyof CoreSettings) => string,
): Promise<readonly string[]> {
  if (caFile === undefined || caFile === SYSTEM_AUTHORITIES) return [];
  try {
    await readAuthorities(caFile);
    return acceptAccess(caFile, whoMayWrite(caFile, await asking(caFile, () => stat(caFile))), allowUnsafeFiles);
  } catch (error) {
    if (error instanceof FileProblem && !isSilence(error))
      throw new ConfigError([`${show('caFile')}: ${error.message}`]);
    throw error;
  }
}

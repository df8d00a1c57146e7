import { type Key, lockKey } from '../../src/config/key.ts';
import { cypressPath } from '../../src/config/value-types.ts';
import { CHOSEN_BY_DEFAULT } from '../../src/settings/chosen-by-default.ts';
import { configKey, coreKeys } from '../../src/settings/keys.ts';

const core = coreKeys({ locks: ['yt'], sources: ['yp'], defaults: CHOSEN_BY_DEFAULT });

/** The keys of every run, and one with another name, without the many modules of the locks and sources that add the others. */
export const SOME_KEYS: readonly Key<unknown>[] = [
  configKey,
  ...Object.values<Key<unknown>>(core),
  lockKey('yt_path', cypressPath, '//home/lock', { doc: 'A node.', alias: 'yt_lock_path' }),
];

import type { Key } from '../config/key.ts';
import type { ShownValue } from '../config/read-key.ts';
import type { Catalog } from './catalog.ts';
import type { Settings } from './settings.ts';

/** What each run says of settings that are right, but hardly meant. */
export function warningsAbout(
  settings: Settings,
  values: readonly ShownValue[],
  { locks, sources }: Pick<Catalog, 'locks' | 'sources'>,
): readonly string[] {
  const chosen = [locks[settings.lock]!, sources[settings.source]!].flatMap(({ keys }) => Object.values(keys));
  const unset = new Set(values.filter(({ origin }) => origin === 'default').map(({ key }) => key));
  return [
    ...chosen.filter((key) => key.isForDevelopment && unset.has(key.name)).map(developmentDefault),
    ...(settings.allowUnsafeFiles
      ? ['allow_unsafe_files is set: files and folders that other users may change are used']
      : []),
  ];
}

function developmentDefault({ name, default: standard }: Key<unknown>): string {
  return `${name} is not set: ${standard} is the development default, which other clusters may share; set it`;
}

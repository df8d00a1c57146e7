import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import { isSamePlace } from '../files/real-place.ts';
import { CATALOG } from '../settings/catalog.ts';
import type { Settings } from '../settings/settings.ts';
import type { LoadedPrime } from './prime-file.ts';

/** Throws `ConfigError` where both files could not be replaced, or one that others read would be. */
export function checkPlaces(
  { prime, placeOf }: LoadedPrime,
  { settings, configFile }: { readonly settings: Settings; readonly configFile: string },
): void {
  const { haproxy_config: config, template } = prime;
  const refuse = (place: string, what: string): never => {
    throw new ConfigError([`${place}: ${what}`]);
  };
  const place = placeOf(['haproxy_config']);
  if (kindOf(config) === 'folder') refuse(place, `${config} is a folder: expected the path of a file`);
  for (const [where, file] of [
    [place, config],
    [`primer_json_file: ${settings.primerJsonFile}`, settings.primerJsonFile],
  ] as const) {
    const folder = dirname(file);
    const kind = kindOf(folder);
    if (kind === 'missing') refuse(where, `the folder ${folder} does not exist: make it, or correct the path`);
    if (kind === 'file') refuse(where, `${folder} is no folder: correct the path`);
  }
  const others: readonly (readonly [name: string, file: string | undefined])[] = [
    ['template', template],
    ['the configuration', configFile],
    ...pathsIn(settings),
  ];
  const same = others.find(([, file]) => file !== undefined && isSamePlace(file, config));
  if (same !== undefined) refuse(place, `${config} is also ${same[0]}: each needs a file of its own`);
}

/** Null for what this user may not look at: whoever opens it says so. */
function kindOf(path: string): 'folder' | 'file' | 'missing' | null {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : null;
  }
}

function pathsIn(settings: Settings): (readonly [name: string, file: string])[] {
  return Object.entries(CATALOG.keys).flatMap(([field, { name, type }]) => {
    const value: unknown = Reflect.get(settings, field);
    return type.placeholder.startsWith('path') && typeof value === 'string' && value.startsWith('/')
      ? [[name, value] as const]
      : [];
  });
}

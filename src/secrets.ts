import { CATALOG } from './settings/catalog.ts';
import type { Settings } from './settings/settings.ts';

/** Every secret that a run may come across, so that what it writes can be cleaned of them. Never rejects. */
export async function secretsOf(settings: Settings, { locks, sources } = CATALOG): Promise<readonly string[]> {
  const owners = [locks[settings.lock]!, sources[settings.source]!];
  const owned = await Promise.all(owners.map((owner) => owner.secrets(settings)));
  return [...owned.flat(), ...passwordsIn(settings.proxyUrl)];
}

function passwordsIn(url: string | null): readonly string[] {
  if (url === null || !URL.canParse(url)) return [];
  const { password } = new URL(url);
  return [password, decodeURIComponent(password)].filter((text) => text !== '');
}

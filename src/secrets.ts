import type { Settings } from './config/settings.ts';
import { readToken } from './locks/yt/token.ts';

/** Every secret that a run may come across, so that what it writes can be cleaned of them. Never rejects. */
export async function secretsOf({ lock, ytTokenPath, proxyUrl }: Settings): Promise<readonly string[]> {
  const token = lock === 'yt' ? await readToken(ytTokenPath).catch(() => null) : null;
  return [...(token === null ? [] : [token.token]), ...passwordsIn(proxyUrl)];
}

function passwordsIn(url: string | null): readonly string[] {
  if (url === null || !URL.canParse(url)) return [];
  const { password } = new URL(url);
  return [password, decodeURIComponent(password)].filter((text) => text !== '');
}

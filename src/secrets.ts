import type { SecretFiles } from './files/secret-files.ts';
import { CATALOG } from './settings/catalog.ts';
import type { Settings } from './settings/settings.ts';
import { createRedactor, type Redact } from './text/redact.ts';
import { passwordsIn, valuesIn } from './text/secret-values.ts';

/** Shorter parts of an address are words. */
const ADDRESS_SECRET_MIN = 8;

/** What a run must keep to itself. */
export interface Secrets {
  readonly redact: Redact;
  /** A secret's file may have been replaced meanwhile, and a command have printed the new one. */
  lookAgain(): void;
}

/** Every secret that a run may come across, so that what it writes can be cleaned of them. Never rejects. */
export async function secretsOf(
  settings: Settings,
  files: SecretFiles,
  { locks, sources } = CATALOG,
): Promise<readonly string[]> {
  const owners = [locks[settings.lock]!, sources[settings.source]!];
  const owned = await Promise.all(owners.map((owner) => owner.secrets(settings, files)));
  return [...owned.flat(), ...passwordsIn(settings.proxyUrl), ...addressSecrets(settings.reportUrl)];
}

/** Takes a run's secrets out of what it writes, those too that a file of theirs says only later. */
export async function keepSecrets(settings: Settings, files: SecretFiles): Promise<Secrets> {
  let known = await secretsOf(settings, files);
  let clean = createRedactor(known);
  files.onNewText((text) => {
    known = [...known, ...valuesIn(text)];
    clean = createRedactor(known);
  });
  return { redact: (text, from) => clean(text, from), lookAgain: files.lookAgain };
}

/** Whoever knows the address of a ping can send one. */
function addressSecrets(url: string | null): readonly string[] {
  if (url === null || !URL.canParse(url)) return [];
  const parts = new URL(url).pathname.split('/').filter((part) => part.length >= ADDRESS_SECRET_MIN);
  return [...parts, ...passwordsIn(url)];
}

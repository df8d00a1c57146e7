import type { SecretFiles } from './files/secret-files.ts';
import { CATALOG } from './settings/catalog.ts';
import type { Settings } from './settings/settings.ts';
import { createRedactor, type Redact } from './text/redact.ts';

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

/** A shorter part of a file is a word. */
const PART_MIN = 4;

/** What is secret in a text: of a file with keys and certificates the keys, of a configuration the values that name a secret. */
function valuesIn(text: string): readonly string[] {
  if (text.includes('-----BEGIN ')) return [...text.matchAll(PRIVATE_KEY)].flatMap(([, key]) => linesOf(key!));
  const lines = linesOf(text);
  const isConfiguration = lines.length > 1 || lines[0]?.startsWith('{') === true;
  const parts = (isConfiguration ? namedSecrets(text) : lines.flatMap(partsOf)).filter(isNoWord);
  return [...new Set(lines.length === 1 ? [...lines, ...parts] : parts)];
}

function isNoWord(part: string): boolean {
  return part.length >= PART_MIN;
}

const PRIVATE_KEY = /^-----BEGIN [A-Z ]*PRIVATE KEY-----$([^-]*)/gm;
/** A name is looked at from its beginning alone, however long it is: a file may be one word. */
const SECRET_NAME = /(?<![\w.-])(?=[\w.-]*?(?:token|password|secret|key))[\w.-]+["']?\s*[:=]\s*/;
/** What is the next name is no value. */
const NAMED_VALUE = /(?:"([^"\n]+)"(?!\s*:)|'([^'\n]+)'(?!\s*:)|(?![\w.-]+\s*:\s)([^\s,"'{}[\]]+))/;
const NAMED_SECRET = new RegExp(SECRET_NAME.source + NAMED_VALUE.source, 'gi');

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function namedSecrets(text: string): readonly string[] {
  return [...text.matchAll(NAMED_SECRET)].map(([, double, single, bare]) => (double ?? single ?? bare)!);
}

/** What a line sets something to, what it has in quotes, and its last word: its reader makes one of these of it. */
function partsOf(line: string): readonly string[] {
  const found = [/^[^=]*=\s*(.+)$/, /^[^:]*:\s+(.+)$/, /(?:^|[\s='"])([^\s='"]+=*)['"]?$/].map(
    (part) => part.exec(line)?.[1],
  );
  const inQuotes = [...line.matchAll(/"([^"]+)"|'([^']+)'/g)].map(([, double, single]) => double ?? single);
  return [...found, ...inQuotes].filter((part) => part !== undefined);
}

/** Whoever knows the address of a ping can send one. */
function addressSecrets(url: string | null): readonly string[] {
  if (url === null || !URL.canParse(url)) return [];
  const parts = new URL(url).pathname.split('/').filter((part) => part.length >= ADDRESS_SECRET_MIN);
  return [...parts, ...passwordsIn(url)];
}

function passwordsIn(url: string | null): readonly string[] {
  if (url === null || !URL.canParse(url)) return [];
  const { password } = new URL(url);
  return [password, decodeURIComponent(password)].filter((text) => text !== '');
}

/** A shorter part of a file is a word. */
const PART_MIN = 4;

/** What is secret in a text: of a file with keys and certificates the keys, of a configuration the values that name a secret. */
export function valuesIn(text: string): readonly string[] {
  if (text.includes('-----BEGIN ')) return [...text.matchAll(PRIVATE_KEY)].flatMap(([, key]) => linesOf(key!));
  const lines = linesOf(text);
  const isConfiguration = lines.length > 1 || lines[0]?.startsWith('{') === true;
  const parts = (isConfiguration ? namedSecrets(text) : lines.flatMap(partsOf)).filter(isNoWord);
  return [...new Set(lines.length === 1 ? [...lines, ...parts] : parts)];
}

/** Ports, sizes and switches have names with `key` or `token` in them as well, and stand in every log. */
function isNoWord(part: string): boolean {
  return part.length >= PART_MIN && !/^(?:\d{1,5}|true|false|null)$/i.test(part);
}

const PRIVATE_KEY = /^-----BEGIN [A-Z ]*PRIVATE KEY-----$([^-]*)/gm;
/** A name is looked at from its beginning alone, however long it is: a file may be one word. A host is none. */
const SECRET_NAME = /(?<![\w.-]|:\/\/)(?=[\w.-]*?(?:token|password|secret|key))[\w.-]+["']?/;
/** Neither what a scheme ends with nor what a port begins with. */
const ASSIGNS = /\s*(?:=|:(?!\/\/|\d{1,5}(?:[\s/?#,;|<>()[\]{}"']|$)))/;
/** In the same line, or further in on another one: there, what is the next name is no value. */
const GAP = /(?:[^\S\n]*|[^\S\n]*\n\s*(?<=[ \t])(?!(?:"[^"\n]*"|'[^'\n]*'|[\w.-]+(?=\s*:\s))\s*:))/;
const VALUE = /(?:"([^"\n]+)"|'([^'\n]+)'|([^\s,"'{}[\]]*[^\s,"'{}[\]:]))/;
const NAMED_SECRET = new RegExp([SECRET_NAME, ASSIGNS, GAP, VALUE].map(({ source }) => source).join(''), 'gi');
const ADDRESS = /(?<!\w)\w+:\/\/[^\s,"'<>]+/g;
const HOST_OF_ADDRESS = /^\w+:\/\/[^/?#]*/;

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function namedSecrets(text: string): readonly string[] {
  const values = [...text.matchAll(NAMED_SECRET)].map(([, double, single, bare]) => (double ?? single ?? bare)!);
  const addresses = [...text.matchAll(ADDRESS)];
  return [
    ...values.map((value) => value.replace(HOST_OF_ADDRESS, '')),
    ...addresses.flatMap(([address]) => passwordsIn(address)),
  ];
}

/** What a line sets something to, what it has in quotes, and its last word: its reader makes one of these of it. */
function partsOf(line: string): readonly string[] {
  const found = [/=\s*(.+)/, /:\s+(.+)/, /[\s='"]([^\s='"]+=*)['"]?$/].map((part) => part.exec(line)?.[1]);
  const inQuotes = [...line.matchAll(/"([^"]+)"|'([^']+)'/g)].map(([, double, single]) => double ?? single);
  return [...found, ...inQuotes].filter((part) => part !== undefined);
}

/** The password of an address, as it is written and as it is meant. */
export function passwordsIn(url: string | null): readonly string[] {
  if (url === null || !URL.canParse(url)) return [];
  const { password } = new URL(url);
  return [password, decoded(password)].filter((text) => text !== '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

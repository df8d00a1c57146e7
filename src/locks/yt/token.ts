import { badSecret, readSecretText } from '../../credentials/secret-text.ts';
import type { Failed } from '../../failure.ts';
import { type SecretFiles, TOKEN_BYTES_MAX } from '../../files/secret-files.ts';

/** A token, and what is to be said about its file although it can be used. */
export interface TokenFile {
  readonly token: string;
  readonly notes: readonly string[];
}

/**
 * Reads the token file: the token alone, or one line `[export ]YT_TOKEN=…` of a shell file, which is never executed.
 * Rejects with a `lockDenied` that says what is wrong with the file and never what is in it.
 */
export async function readToken(path: string, files: SecretFiles): Promise<TokenFile> {
  const file = { key: 'yt_token_path', path, expected, failure: 'lockDenied', bytesMax: TOKEN_BYTES_MAX } as const;
  const { text, notes } = await readSecretText(file, files);
  return { token: tokenIn(text, (what) => badSecret(file, what)), notes };
}

function tokenIn(text: string, fail: (what: string) => Failed): string {
  const assigned = [...text.matchAll(/^[ \t]*(?:export[ \t]+)?YT_TOKEN=(.*)$/gm)].map((match) => match[1] ?? '');
  if (assigned.length > 1) throw fail('sets YT_TOKEN more than once');
  const raw = text.trim();
  const token = assigned[0] === undefined ? raw : unquoted(assigned[0].trim());
  const wrong = wrongWith(token) ?? (assigned[0] === undefined ? wrongAlone(token) : wrongInShell(token));
  if (wrong !== null) throw fail(wrong);
  return token;
}

function unquoted(value: string): string {
  const quote = value[0];
  const isQuoted = value.length >= 2 && (quote === '"' || quote === "'") && value.endsWith(quote);
  return isQuoted ? value.slice(1, -1) : value;
}

function wrongWith(token: string): string | null {
  if (token === '') return 'has no token in it';
  if (/[$`]/.test(token)) return 'has a $ or a backtick in its token, and nothing in it is ever executed';
  if (/\s/.test(token)) return 'has white space inside its token';
  if (!/^[\x21-\x7e]+$/.test(token)) return 'has characters in its token that no token has';
  return null;
}

/** `NAME=value` is another service's secret, or a misspelt name: it must not travel to YT. A token may end with `=`. */
function wrongAlone(token: string): string | null {
  return /^[A-Za-z_]\w*=[^=]/.test(token) ? 'sets a variable that is not YT_TOKEN' : null;
}

/** What a shell would read as something else than a part of the value. */
function wrongInShell(value: string): string | null {
  return /[\\'";&|<>()]/.test(value) ? 'has shell syntax around its token' : null;
}

const expected = 'expected the YT token alone, or a line YT_TOKEN=<token>, in a file that this user can read';

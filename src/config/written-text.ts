import { quoted } from '../text/quoted.ts';
import { BadValue } from './config-error.ts';

/** Throws `BadValue` for a path that only a shell would understand: there is none, and it would be taken literally. */
export function refuseShellPath(path: string): void {
  const refuse: (why: string) => never = (why) => {
    throw new BadValue(`the path ${quoted(path, 200)} ${why}`);
  };
  if (path.trim() !== path) refuse('begins or ends with white space: remove it');
  if (/^~/.test(path)) refuse('begins with ~, which nothing expands here: write the whole path');
  if (/^["'`]|["'`]$/.test(path)) refuse('begins or ends with a quote, which would be a part of the name: remove it');
  if (/[$`]/.test(path))
    refuse(`holds ${path.includes('$') ? 'a $' : 'a backtick'}, which nothing expands here: write what it stands for`);
}

/** What no command needs, and nobody sees: control characters but newline and tab, and characters without a shape. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?! )\p{Zs}/u;

/** Throws `BadValue` for a command with a character that its shell takes for a part of a word, and nobody sees. */
export function refuseUnseen(command: string): void {
  const found = UNSEEN.exec(command)?.[0];
  if (found === undefined) return;
  const code = `U+${found.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  const what =
    found === '\r'
      ? 'a carriage return: save the file with line ends of Unix'
      : `the invisible character ${code}: remove it`;
  throw new BadValue(`the command holds ${what}`);
}

/** What the program draws with, in the letters that every terminal has. */
const PLAIN: Readonly<Record<string, string>> = {
  '✔': 'ok',
  '✘': '!!',
  '○': '--',
  '·': '-',
  '…': '~',
  '’': "'",
  '–': '-',
  '×': 'x',
};

/** True when the locale says that a terminal shows no other letters than those of ASCII: locale(7). */
export function wantsPlainLetters({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  return locale !== '' && !/utf-?8/i.test(locale);
}

/** The same text without what such a terminal would make rubbish of; each sign keeps its meaning. */
export function plainLetters(text: string): string {
  return text
    .replace(/[\u2800-\u28ff]/g, (spinner) => '|/-\\'[spinner.codePointAt(0)! % 4]!)
    .replace(/[^\u0000-\u007f]/gu, (letter) => PLAIN[letter] ?? '?');
}

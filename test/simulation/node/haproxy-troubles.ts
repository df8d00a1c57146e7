import type { ErrorCode } from './system-error.ts';

/** What is wrong with a stats socket. */
export interface HaproxyTrouble {
  /** Nobody gets as far as to ask. */
  readonly refuses?: ErrorCode;
  /** What comes instead of what HAProxy says; null: nothing, and no end. */
  readonly text?: (said: string, question: string) => string | null;
  readonly lateMs?: number;
}

/** The ways in which HAProxy cannot be asked, or says what is of no use; the `size` of `haproxyBroken` says which. */
export const HAPROXY_TROUBLES: readonly HaproxyTrouble[] = [
  { refuses: 'ENOENT' },
  { refuses: 'ECONNREFUSED' },
  { text: () => null },
  { lateMs: 1_500 },
  { lateMs: 4_500 },
  { text: () => '' },
  { text: () => '\u0000\u001b[2J<html>\n1\n# \n' },
  { text: (said, question) => (question === 'show info' ? said : 'Permission denied\n\n') },
  // One server too few, as long as there is one.
  { text: (said) => said.replace(/[^\n#]+\n\n$/, '') },
];

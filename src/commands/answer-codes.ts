import { codeOfKind } from '../exit-codes.ts';

/** One code that a command exits with, and what it says, behind "that". */
export interface AnswerCode {
  readonly code: number;
  readonly says: string;
}

export type AnswerCodes = Readonly<Record<string, AnswerCode>>;

const UNDETERMINED = { code: 3, says: 'this cannot be determined' } as const;

/** Of what changes something, and asks before it takes anything away. */
const ACT = {
  done: { code: 0, says: 'it was done, or there was nothing to do' },
  left: { code: 1, says: 'it was not done, for it was not confirmed' },
  mistaken: { code: codeOfKind('usage'), says: 'nobody can be asked here, and --yes is missing' },
  failed: { code: 3, says: 'it could not be done, or it cannot be determined what there is' },
} as const;

/** What each command exits with, besides a run, once it has understood what it was asked: help and pages are made from it. */
export const ANSWER_CODES = {
  status: {
    idle: { code: 0, says: 'no run is in progress' },
    busy: { code: 1, says: 'one is in progress, or the refresh of a killed run is alive' },
    unknown: UNDETERMINED,
  },
  brake: { off: { code: 0, says: 'it is off' }, on: { code: 1, says: 'it is on' }, unknown: UNDETERMINED },
  lock: { free: { code: 0, says: 'it is free' }, held: { code: 1, says: 'it is held' }, unknown: UNDETERMINED },
  handbrake: {
    released: { code: 0, says: 'it is released' },
    pulled: { code: 1, says: 'it is pulled' },
    unknown: UNDETERMINED,
  },
  'brake release': ACT,
  'lock release': ACT,
  'handbrake pull': ACT,
  'handbrake release': ACT,
  prime: {
    done: { code: 0, says: 'both files are as they should be' },
    failed: { code: codeOfKind('unexpected'), says: 'HAProxy refuses the result or a file cannot be written' },
    mistaken: { code: codeOfKind('usage'), says: 'prime_file or its template has a mistake' },
    untrusted: { code: codeOfKind('discoveryUntrusted'), says: 'discovery cannot be trusted' },
  },
  check: { good: { code: 0, says: 'all is well' }, bad: { code: 1, says: 'something is not well' } },
  drift: {
    none: { code: 0, says: 'all agree' },
    some: { code: 1, says: 'they do not agree' },
    unknown: { code: 3, says: 'one of them cannot be asked and no disagreement was seen' },
  },
  replay: {
    same: { code: 0, says: 'every run takes the same path' },
    differs: { code: 1, says: 'one differs' },
    unreadable: { code: 2, says: 'one cannot be read' },
  },
  explain: {
    explained: { code: 0, says: 'it is explained' },
    unreadable: { code: 2, says: 'the recording cannot be read' },
  },
} as const satisfies Readonly<Record<string, AnswerCodes>>;

/** `Exit code 0 says that it is off, 1 that it is on, 3 that this cannot be determined.` */
export function formatAnswerCodes(codes: AnswerCodes): string {
  const [first, ...rest] = Object.values(codes);
  const more = rest.map(({ code, says }) => `, ${code} that ${says}`).join('');
  return `Exit code ${first!.code} says that ${first!.says}${more}.`;
}

/** The table in Markdown; commands that say the same share a row. */
export function answerCodesTable(): string {
  const commandsOf = new Map<AnswerCodes, string[]>();
  for (const [command, codes] of Object.entries(ANSWER_CODES)) {
    commandsOf.set(codes, [...(commandsOf.get(codes) ?? []), `\`watcher ${command}\``]);
  }
  const rows = [...commandsOf].map(([codes, commands]) => {
    const each = Object.values(codes).map(({ code, says }) => `${code}: ${says}`);
    return `| ${commands.join(', ')} | ${each.join('<br>')} |`;
  });
  return ['| command | exit code |', '|---|---|', ...rows].join('\n');
}

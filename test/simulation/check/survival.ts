/** What a node remembers from run to run, whatever happened in between. */
import type { PrimerMemory } from '../facts.ts';
import type { Run } from './records.ts';
import type { Rule } from './rule.ts';
import { isUnverified, wasEffective } from './verified.ts';

const d7: Rule = {
  id: 'D7',
  statement:
    'After a power cut a file that runs write says what it said before or after the write that was cut off, complete; what a service said it had written stays.',
  begin: () => {
    /** What each file may say if the power is cut now; the last one is what it says. */
    const possible = new Map<string, (string | null)[]>();
    const textsOf = (key: string) => possible.get(key) ?? [null];
    return {
      fileWritten({ node, file, text }) {
        possible.set(`${node} ${file}`, [...textsOf(`${node} ${file}`), text]);
        return null;
      },
      fileKept({ node, file }) {
        possible.set(`${node} ${file}`, textsOf(`${node} ${file}`).slice(-1));
        return null;
      },
      fileFound({ node, file, text }) {
        const texts = textsOf(`${node} ${file}`);
        possible.set(`${node} ${file}`, [text]);
        if (texts.includes(text)) return null;
        return `the ${file} of node ${node} says ${JSON.stringify(text)} after a power cut, which nobody left there`;
      },
    };
  },
};

const d8: Rule = {
  id: 'D8',
  statement: 'A refresh that ended well, effective or not, is known to the next run, and no other.',
  begin: () => ({
    runEnded(fact, history) {
      const run = history.run(fact.run);
      const written = run.facts.findLast((each) => each.what === 'generationsWritten');
      if (written?.what !== 'generationsWritten') return null;
      const hasRefreshed = fact.outcome.kind === 'refreshed' || isUnverified(run, history);
      if (hasRefreshed && !written.remembersRefresh) return 'it refreshed, and the next run does not know';
      const isReported = fact.outcome.kind === 'failed' && fact.outcome.failure.kind === 'statisticsUnwritable';
      return !hasRefreshed && !isReported && written.remembersRefresh
        ? 'it remembers a refresh, and there was none'
        : null;
    },
  }),
};

const d9: Rule = {
  id: 'D9',
  statement:
    'What the primer said before a refresh is remembered until one was seen to be effective, through any crash.',
  begin: () => {
    const known = new Map<number, PrimerMemory>();
    const before = new Map<number, PrimerMemory>();
    const learn = (node: number, memory: PrimerMemory) => {
      before.set(node, known.get(node) ?? null);
      known.set(node, memory);
    };
    return {
      refreshRecorded({ node, run, primerBefore }, history) {
        const due = sharedPart(known.get(node) ?? null, primerOf(history.run(run)));
        learn(node, primerBefore);
        return textOf(primerBefore) === textOf(due)
          ? null
          : `the primer before its refresh is remembered as ${textOf(primerBefore)}, and ${textOf(due)} is due`;
      },
      generationsWritten({ node, run, primerBefore }, history) {
        const due = wasEffective(history.run(run), history) ? [textOf(null)] : [];
        const isDue = [textOf(known.get(node) ?? null), ...due].includes(textOf(primerBefore));
        learn(node, primerBefore);
        return isDue ? null : `what was remembered of an earlier primer becomes ${textOf(primerBefore)}`;
      },
      fileFound({ node, file }, history) {
        if (file === 'state' && history.lostWriters.has(node)) known.set(node, before.get(node) ?? null);
        return null;
      },
    };
  },
};

const d10: Rule = {
  id: 'D10',
  statement: 'What a service has to say of what it finds is one line.',
  begin: () => ({
    noted: ({ line }) => (/^[^\n\r]+$/.test(line) ? null : `it says ${JSON.stringify(line)}`),
  }),
};

export const SURVIVAL: readonly Rule[] = [d7, d8, d9, d10];

/** The pods that the run read in its primer last, by group. */
function primerOf({ facts }: Run): ReadonlyMap<string, readonly string[]> {
  const notice = facts.findLast((fact) => fact.what === 'primerNotice');
  return new Map(notice?.what === 'primerNotice' ? notice.groups.map(({ group, pods }) => [group, pods]) : []);
}

/** What a primer says of what is remembered already, or all of it where nothing is. */
function sharedPart(memory: PrimerMemory, primer: ReadonlyMap<string, readonly string[]>): PrimerMemory {
  if (memory === null) return Object.fromEntries(primer);
  return Object.fromEntries(
    Object.entries(memory).map(([group, lines]) => [group, lines.filter((line) => primer.get(group)?.includes(line))]),
  );
}

function textOf(memory: PrimerMemory): string {
  if (memory === null) return 'nothing';
  const pods = Object.entries(memory).map(([group, lines]) => `${group}: ${[...lines].sort().join(' ')}`);
  return pods.sort().join('; ');
}

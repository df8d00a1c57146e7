/** What holds of every machine. */
import { getStateNodes } from 'xstate/graph';
import { transitionNames } from '../../src/replay/transition-name.ts';
import { deadEnds, isReply } from '../support/explore.ts';
import type { Law } from './law.ts';
import { NEVER_TAKEN } from './never-taken.ts';

export function commonLaws<Input, Observed>(): readonly Law<Input, Observed>[] {
  return [
    {
      says: 'never breaks',
      holds: ({ to }) => to.snapshot.status !== 'error',
    },
    {
      says: 'handles every answer and every failure of what it asks',
      holds: ({ event, transitions }) => !isReply(event) || transitions.length > 0,
    },
    {
      says: 'can be brought to an end from everywhere',
      breachesIn: (found) => deadEnds(found).map(({ key }) => key),
    },
    {
      says: 'has an end of places to be in',
      breachesIn: ({ isWhole }, input) => (isWhole ? [] : [JSON.stringify(input)]),
    },
    {
      says: 'gets into every one of its states',
      breaches: ({ machine, walks }) => {
        const visited = new Set<string>();
        for (const { found } of walks) {
          for (const { states } of found.places) for (const id of states) visited.add(id);
          for (const { through } of found.steps) for (const id of through) visited.add(id);
        }
        return getStateNodes(machine).flatMap(({ id }) => (visited.has(id) ? [] : [id]));
      },
    },
    {
      says: 'takes every one of its transitions',
      breaches: ({ machine, walks }) => {
        const taken = new Set<string>();
        for (const { found } of walks) {
          for (const { transitions } of found.steps) for (const name of transitions) taken.add(name);
        }
        return transitionNames(machine).filter((name) => !taken.has(name) && !Object.hasOwn(NEVER_TAKEN, name));
      },
    },
  ];
}

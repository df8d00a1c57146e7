import { EXIT_CODES } from '../exit-codes.ts';
import type { StateModel } from './model.ts';

/** What a state is to whoever looks at the picture; each has its own colour. */
export type Role = 'group' | 'acting' | 'waiting' | 'deciding' | 'goodEnd' | 'badEnd' | 'end';

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  group: 'holds other states',
  acting: 'something runs',
  waiting: 'waits',
  deciding: 'decides at once',
  goodEnd: 'ends well',
  badEnd: 'ends badly',
  end: 'ends',
};

export function roleOf(state: StateModel): Role {
  if (state.states.length > 0) return 'group';
  if (state.type === 'final') return endOf(state.id);
  if (state.invokes.length > 0) return 'acting';
  return state.edges.some(({ kind, guard }) => kind === 'always' && guard === null) ? 'deciding' : 'waiting';
}

/** The exit codes of a run that ends in this state, ascending; none where no run ends. */
export function exitCodesOf(id: string): readonly number[] {
  const [machine, kind, ...inner] = id.split('.');
  if (machine !== 'watcher' || inner.length > 0) return [];
  return EXIT_CODES.filter(({ when }) => when.some((name) => name.split('/')[0] === kind)).map(({ code }) => code);
}

function endOf(id: string): Role {
  const codes = exitCodesOf(id);
  if (codes.length === 0) return 'end';
  return codes.includes(0) ? 'goodEnd' : 'badEnd';
}

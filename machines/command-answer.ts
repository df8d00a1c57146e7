import type { CommandResult } from './vocabulary.ts';

/** A refresh, or what looks after one: whatever it leaves behind is no success. */
export function hasSucceeded({ how, code }: Pick<CommandResult, 'how' | 'code'>): boolean {
  return how === 'exited' && code === 0;
}

/** A command that owes an answer and nothing else: what it left behind was stopped, and the answer counts. */
export function hasAnswered(result: Pick<CommandResult, 'how' | 'code'>): boolean {
  return endedItself(result) && result.code === 0;
}

/** Null for a handbrake that is broken: it gave neither of its two answers. */
export function handbrakeSays(result: Pick<CommandResult, 'how' | 'code'>): 'released' | 'engaged' | null {
  if (hasAnswered(result)) return 'released';
  return endedItself(result) && result.code === 1 ? 'engaged' : null;
}

function endedItself({ how }: Pick<CommandResult, 'how'>): boolean {
  return how === 'exited' || how === 'leftOthers';
}

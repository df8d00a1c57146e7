import type { EdgeModel, StateModel } from './model.ts';
import { formatPart } from './named-part.ts';

/** What leads along an edge, in a few words: `handbrake done [released]`. */
export function formatEdge(edge: EdgeModel): string {
  return withGuard(edge, formatTrigger(edge));
}

/** The same where the source stands beside it: `done [released]` is enough where only one thing can be done. */
export function edgeInFewWords(edge: EdgeModel, source: StateModel): string {
  const plain = source.invokes.length === 1 && (edge.kind === 'done' || edge.kind === 'error');
  return plain ? withGuard(edge, edge.kind === 'done' ? 'done' : 'failed') : formatEdge(edge);
}

/** What happens in a state besides leaving it, one line each: what it runs, and what it takes without moving. */
export function innerLinesOf(state: StateModel): readonly string[] {
  return [...invokesOf(state), ...staysOf(state).map(stay)];
}

/** The same in fewer lines: events that change nothing but what is remembered share one. */
export function innerWordsOf(state: StateModel): readonly string[] {
  const stays = staysOf(state);
  const events = stays.filter(({ kind }) => kind === 'on').map(formatEdge);
  const others = stays.filter(({ kind }) => kind !== 'on').map(stay);
  return [...invokesOf(state), ...others, ...(events.length === 0 ? [] : [`stays on ${events.join(', ')}`])];
}

function invokesOf({ invokes }: StateModel): readonly string[] {
  return invokes.map(({ id, src }) => `invokes ${id === src ? id : `${id} (${src})`}`);
}

function staysOf({ edges }: StateModel): readonly EdgeModel[] {
  return edges.filter(({ targets }) => targets.length === 0);
}

function stay(edge: EdgeModel): string {
  const actions = edge.actions.map(({ name }) => name);
  const words = edge.kind === 'on' ? `on ${formatEdge(edge)}` : formatEdge(edge);
  return actions.length === 0 ? `${words}: stays` : `${words}: ${actions.join(', ')}`;
}

function withGuard({ guard, otherwise }: EdgeModel, trigger: string | null): string {
  const condition = guard === null ? (otherwise ? 'else' : null) : formatPart(guard);
  return [trigger, condition === null ? null : `[${condition}]`].filter(Boolean).join(' ');
}

function formatTrigger({ kind, name, guard, otherwise }: EdgeModel): string | null {
  switch (kind) {
    case 'on':
      return name;
    case 'after':
      return `after ${name}`;
    case 'done':
      return `${name} done`;
    case 'error':
      return `${name} failed`;
    case 'stateDone':
      return 'done';
    case 'always':
      return guard === null && !otherwise ? 'at once' : null;
  }
}

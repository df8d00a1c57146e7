import { formatEvent } from '../../src/replay/format-event.ts';
import { statePath } from '../../src/replay/state-path.ts';
import type { Effect } from '../support/effects.ts';
import type { Exploration, Place, Step } from '../support/explore.ts';

/** A step that breaks a law: the shortest way to it as a path of states, then what happened there, in a sentence. */
export function formatBreach<Observed>(step: Step<Observed>, found: Exploration<Observed>): string {
  const { event, from, to, effects } = step;
  const done = effects.length === 0 ? 'does nothing' : effects.map(formatEffect).join(', ');
  const goes = from.key === to.key ? 'it stays there' : `it goes to ${stateOf(to)}`;
  return `${formatWay(from, found)}: when ${formatEvent(event)} (${event.type}), ${goes} and ${done}`;
}

/** The shortest way to a place, each state of it once. */
export function formatWay<Observed>(place: Place<Observed>, found: Exploration<Observed>): string {
  const states = wayTo(place, found).map(stateOf);
  return states.filter((state, index) => state !== states[index - 1]).join(' → ');
}

/** What is not as in the first of all inputs. */
export function formatInput(input: object, first: object): string {
  const changed = Object.entries(input).filter(([name, value]) => !isSame(value, Reflect.get(first, name)));
  if (changed.length === 0) return 'with the default input';
  return `with ${changed.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ')}`;
}

function wayTo<Observed>(place: Place<Observed>, { steps }: Exploration<Observed>): readonly Place<Observed>[] {
  const before = new Map<string, Place<Observed>>();
  const start = steps[0]!.to;
  for (const { from, to } of steps.slice(1)) if (!before.has(to.key)) before.set(to.key, from);
  const way = [place];
  for (let at = place; at.key !== start.key; ) {
    const earlier = before.get(at.key);
    if (earlier === undefined) break;
    way.unshift(earlier);
    at = earlier;
  }
  return way;
}

function stateOf<Observed>({ snapshot }: Place<Observed>): string {
  return statePath(snapshot.value);
}

function formatEffect(effect: Effect): string {
  switch (effect.does) {
    case 'start':
      return `starts ${effect.who}`;
    case 'stop':
      return `stops ${effect.who}`;
    case 'send':
      return `sends ${effect.what.type} to ${effect.who}`;
    case 'notify':
      return `says ${effect.what.type}`;
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

import type { AnyStateMachine } from 'xstate';

/** What a guard was seen to do. */
export interface Sighting {
  readonly answers: ReadonlySet<boolean>;
  /** What it read, by its path in what the guard was given, each with the values that were seen there. */
  readonly read: ReadonlyMap<string, ReadonlySet<string>>;
}

type Guard = (args: object, params: unknown) => boolean;

/** The machine itself, and by their names what its guards do in it from now on. */
export function watchGuards(machine: AnyStateMachine) {
  const sightings = new Map<string, { readonly answers: Set<boolean>; readonly read: Map<string, Set<string>> }>();
  const guards = Object.entries(machine.implementations.guards as Record<string, Guard>).map(([name, guard]) => {
    const sighting = { answers: new Set<boolean>(), read: new Map<string, Set<string>>() };
    sightings.set(name, sighting);
    const note = (path: string, value: string) => {
      sighting.read.set(path, (sighting.read.get(path) ?? new Set()).add(value));
    };
    let asked = 0;
    const watched: Guard = (args, params) => {
      asked += 1;
      const isLookedAt = asked <= LOOKED_AT_FIRST || asked % LOOKED_AT_EACH === 0;
      const answer = isLookedAt ? guard(seen(args, '', note), seen(params, '', note)) : guard(args, params);
      sighting.answers.add(answer);
      return answer;
    };
    return [name, watched] as const;
  });
  const watched = machine.provide({ guards: Object.fromEntries(guards) as never });
  return { machine: watched, sightings: sightings as ReadonlyMap<string, Sighting> };
}

/** To look at what a guard reads takes much longer than to ask it. */
const LOOKED_AT_FIRST = 2_000;
const LOOKED_AT_EACH = 7;

/** The same value, which notes what is read of it. */
function seen<Value>(value: Value, path: string, note: (path: string, value: string) => void): Value {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      const part = Reflect.get(target, key) as unknown;
      if (typeof key === 'symbol' || typeof part === 'function') return part;
      const at = Array.isArray(target) && /^\d+$/.test(key) ? `${path}[]` : [path, key].filter(Boolean).join('.');
      if (key !== 'context') note(at, typeof part === 'object' && part !== null ? 'there' : String(part));
      return seen(part, key === 'context' ? '' : at, note);
    },
  });
}

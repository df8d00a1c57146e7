import { inspect } from 'node:util';
import type { AnyEventObject, AnyMachineSnapshot } from 'xstate';
import type { Place, Step } from './explore.ts';
import { getOrMake } from './get-or-make.ts';

/** An input of a machine that knows what is read of it. */
export interface WatchedInput<Input> {
  /** To be given to the machine, and to its onlooker, in place of the input itself. */
  readonly input: Input;
  /** What stands in a field, as text that no other value has. */
  textIn(field: PropertyKey): string;
  /** The fields that are read meanwhile, or of which it is asked whether they are there. */
  readBy(act: () => void): readonly PropertyKey[];
}

export function watchInput<Input extends object>(input: Input): WatchedInput<Input> {
  let read = new Set<PropertyKey>();
  const texts = new Map<PropertyKey, string>();
  return {
    input: new Proxy(input, {
      get(target, field) {
        read.add(field);
        return Reflect.get(target, field);
      },
      has(target, field) {
        read.add(field);
        return Reflect.has(target, field);
      },
      getOwnPropertyDescriptor(target, field) {
        read.add(field);
        return Reflect.getOwnPropertyDescriptor(target, field);
      },
      ownKeys(target) {
        read.add(ALL);
        return Reflect.ownKeys(target);
      },
    }),
    textIn: (field) => getOrMake(texts, field, () => textOf(input, field)),
    readBy(act) {
      read = new Set();
      act();
      return read.has(ALL) ? [ALL] : [...read];
    },
  };
}

/** In place of a field: who asks which fields there are has read them all. */
const ALL = Symbol('all fields');

function textOf(input: object, field: PropertyKey): string {
  if (field === ALL) return wholeText(input);
  return Reflect.has(input, field) ? wholeText(Reflect.get(input, field)) : 'absent';
}

/** JSON would have the same text for `null`, for `Infinity` and for what is no number. */
function wholeText(value: unknown): string {
  return inspect(value, { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity });
}

/** A step, or null where the event is not heeded, and what stood in the fields of the input that were read on it. */
interface Gone<Observed> {
  readonly step: Step<Observed> | null;
  readonly read: readonly (readonly [field: PropertyKey, value: string])[];
}

/** Takes steps over from walks with other inputs, or has them gone. */
export interface Sharing<Observed> {
  take(from: Place<Observed>, event: AnyEventObject, go: () => Step<Observed> | null): Step<Observed> | null;
  /** What the machine knows in a place, with the input of this walk. */
  contextIn(place: Place<Observed>): AnyMachineSnapshot['context'];
}

/**
 * The steps of walks through one machine with different inputs. Most inputs differ in what decides few steps, so a step
 * is gone once: another walk takes it over that comes to the very same place, with all that the machine knows there, where
 * its own input says the same in each field that was read on the step.
 */
export class SharedSteps<Observed> {
  readonly #gone = new Map<string, Map<string, Gone<Observed>[]>>();
  readonly #keys = new WeakMap<Place<Observed>, string>();
  readonly #field: string;

  /** The machine has its input in this field of its context. */
  constructor(field: string) {
    this.#field = field;
  }

  with<Input>(watched: WatchedInput<Input>): Sharing<Observed> {
    return {
      take: (from, event, go) => {
        const known = this.#goneFrom(from, event);
        const same = known.find(({ read }) => read.every(([field, value]) => watched.textIn(field) === value));
        if (same !== undefined) return same.step;
        let step: Step<Observed> | null = null;
        const read = watched.readBy(() => {
          step = go();
        });
        known.push({ step, read: read.map((field) => [field, watched.textIn(field)]) });
        return step;
      },
      contextIn: ({ snapshot: { context } }) =>
        context[this.#field] === watched.input ? context : { ...context, [this.#field]: watched.input },
    };
  }

  #goneFrom(from: Place<Observed>, event: AnyEventObject): Gone<Observed>[] {
    const key = getOrMake(this.#keys, from, () =>
      JSON.stringify([from.key, { ...from.snapshot.context, [this.#field]: null }]),
    );
    const here = getOrMake(this.#gone, key, () => new Map<string, Gone<Observed>[]>());
    return getOrMake(
      here,
      getOrMake(texts, event, () => JSON.stringify(event)),
      () => [],
    );
  }
}

const texts = new WeakMap<AnyEventObject, string>();

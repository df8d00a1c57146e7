import type { AnyEventObject, AnyMachineSnapshot } from 'xstate';
import type { Place, Step } from './explore.ts';
import { getOrMake } from './get-or-make.ts';

/** An input of a machine that knows what is read of it. */
export interface WatchedInput<Input> {
  /** To be given to the machine, and to its onlooker, in place of the input itself. */
  readonly input: Input;
  /** What stands in a field, as text. */
  textIn(field: string): string;
  /** The fields that are read meanwhile. */
  readBy(act: () => void): readonly string[];
}

export function watchInput<Input extends object>(input: Input): WatchedInput<Input> {
  let read = new Set<string>();
  return {
    input: new Proxy(input, {
      get(target, field) {
        read.add(String(field));
        return Reflect.get(target, field);
      },
      ownKeys(target) {
        read.add(ALL);
        return Reflect.ownKeys(target);
      },
    }),
    textIn: (field) => JSON.stringify(field === ALL ? input : input[field as keyof Input]) ?? '',
    readBy(act) {
      read = new Set();
      act();
      return [...read];
    },
  };
}

/** In place of a field: who asks which fields there are has read them all. */
const ALL = '*';

/** A step, or null where the event is not heeded, and what stood in the fields of the input that were read on it. */
interface Gone<Observed> {
  readonly step: Step<Observed> | null;
  readonly read: readonly (readonly [field: string, value: string])[];
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

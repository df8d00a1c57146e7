/** What must hold between values of `S` that are right by themselves. */
export interface Relation<S extends object> {
  /** The keys that it is about: judged only when each of them has a value. */
  readonly fields: readonly (keyof S & string)[];
  holds(settings: S): boolean;
  /** One line; `show` gives a key with its value and origin. */
  say(show: (field: keyof S & string) => string, settings: S): string;
}

/** A relation as those see it who judge all of them. */
export interface AnyRelation {
  readonly fields: readonly string[];
  holds(settings: object): boolean;
  say(show: (field: string) => string, settings: object): string;
}

/** Two keys whose values are of use together only. */
export function bothOrNone<S extends object>(one: keyof S & string, other: keyof S & string): Relation<S> {
  return {
    fields: [one, other],
    holds: (settings) => (settings[one] === null) === (settings[other] === null),
    say: (show) => `${show(one)} and ${show(other)} are only of use together: set both, or none`,
  };
}

import type { ChosenByDefault } from '../../../settings/chosen-by-default.ts';

/** A package of the same sources for somebody else: everything in it is written for `yandex`, and put into other words. */
export interface Flavour {
  readonly packageName: string;
  /** What the program asks by default. */
  readonly defaults: ChosenByDefault;
  /** What stands in the place of each word of `yandex`, in paths and in texts; the first that fits counts. */
  readonly words: readonly (readonly [yandex: string, own: string])[];
  /** Pages that are of no use without what only the others have. */
  readonly leavesOut: readonly string[];
  /** What may be left of them nowhere. */
  readonly forbidden: RegExp | null;
}

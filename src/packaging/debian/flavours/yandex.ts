import { CHOSEN_BY_DEFAULT } from '../../../settings/chosen-by-default.ts';
import { PACKAGE } from '../names.ts';
import type { Flavour } from './flavour.ts';

/** As the sources have it. */
export const yandex: Flavour = {
  packageName: PACKAGE,
  defaults: CHOSEN_BY_DEFAULT,
  words: [],
  leavesOut: [],
  forbidden: null,
};

/** What is asked where nobody has chosen. */
export interface ChosenByDefault {
  readonly source: string;
  readonly lock: string;
}

/** A package for others has other words here. */
export const CHOSEN_BY_DEFAULT: ChosenByDefault = { source: 'yp', lock: 'yt' };

/** What a look at one thing found. */
export interface Finding {
  readonly about: string;
  /** False: a run needs it, and would fail. */
  readonly isGood: boolean;
  /** What was looked at and what came back; with what to do where that is not all well. */
  readonly text: string;
}

export function good(about: string, text: string): Finding {
  return { about, isGood: true, text };
}

export function bad(about: string, text: string): Finding {
  return { about, isGood: false, text };
}

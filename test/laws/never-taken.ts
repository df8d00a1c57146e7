/** Transitions that no walk can take, each with the reason. Whoever takes one takes it out of here. */
export const NEVER_TAKEN: Readonly<Record<string, string>> = {};

/** Endings that no walk comes to, each with the reason. */
export const NEVER_AN_ENDING: Readonly<Record<string, string>> = {
  'failed/lockUnavailable': 'the cluster lock tries again until the time is over, which is failed/lockTimeout',
  'failed/aborted': 'an aborted run is aborted, not failed',
};

/** Scenarios that once broke a rule, shrunk, and the bug that let them: planted again, it is found again. */
export const KEPT = [
  {
    file: 'a-lease-ends-while-a-refresh-may-finish.json',
    bug: 'a refresh that may finish outlives its lease',
    breaks: 'S6c',
  },
  {
    file: 'a-renewal-is-refused-while-a-refresh-may-finish.json',
    bug: 'a renewal that is refused counts as a good one',
    breaks: 'S1',
  },
] as const;

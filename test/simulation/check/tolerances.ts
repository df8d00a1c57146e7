/** Clocks within their bounds may differ by this much over any time. */
export const CLOCKS_DIFFER = 0.03;

/** What is told in whole milliseconds, and what a process needs between two lines of its own. */
export const SLACK_MS = 20;

/** What a command, its guard and whoever looks at them may be late, all together. */
export const COMMAND_SLACK_MS = 500;

/** What a command leaves in its group has this long to end by itself. */
export const LINGER_MS = 2_000;

/** How long a command may be about to start, for a slow disk under its record. */
export const START_MS = 10_000;

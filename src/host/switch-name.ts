/** What a dead man's switch is called in the process table. */
export const SWITCH_NAME = 'watcher-switch';

/** A reload takes a second or two; a look costs HAProxy nothing. */
export const VERIFY_PAUSE_MS = 200;

/** As long as a disk may take that is only busy. */
export const REPORT_TIMEOUT_MS = 30_000;

/** A board that says nothing for so long is one that cannot be used. */
export const BOARD_TIMEOUT_MS = 5_000;

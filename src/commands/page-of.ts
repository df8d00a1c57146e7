import type { Page } from '../text/rows.ts';

/** How what a command prints is laid out: only for a terminal it is wrapped and coloured. */
export function pageOf({ isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): Page {
  return {
    columns: isTTY && columns > 0 ? columns : null,
    hasColours: isTTY === true && !process.env['NO_COLOR'],
  };
}

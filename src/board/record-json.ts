import * as v from 'valibot';
import { parseStrictJson } from '../json/strict-json.ts';
import { validated } from '../json/validate.ts';
import { asOneLine } from '../text/printable.ts';

/** Text that anybody may have written on the board, fit to be shown. */
export const shown = v.pipe(
  v.string('expected a text'),
  v.transform((text) => asOneLine(text, 300)),
);

/** As we write it. `Date.parse` alone takes whatever stands in brackets, too. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** ISO 8601. */
export const time = v.pipe(
  v.string('expected a time'),
  v.check((text) => TIME.test(text) && !Number.isNaN(Date.parse(text)), 'expected a time'),
);

/** What a record of the board says. Throws an error of one line where nobody of us can have written it. */
export function recordIn<Output>(text: string, schema: v.GenericSchema<unknown, Output>): Output {
  return validated(schema, parseStrictJson(text));
}

/** How long ago that was by the clock here; negative for a time that lies in the future. */
export function agoMs(at: string): number {
  return Date.now() - Date.parse(at);
}

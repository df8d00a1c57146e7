import * as v from 'valibot';

/** The number by which a source tells its older answers from its newer ones: decimal text, or null where it has none. */
export const generationSchema = v.nullish(
  v.pipe(
    v.custom<number | string>(isCount, 'expected a whole number'),
    v.transform((written): string => BigInt(written).toString()),
  ),
  null,
);

/** Text, because it may exceed 2^53; up to 20 digits, because it is a uint64. */
function isCount(value: unknown): value is number | string {
  return typeof value === 'string'
    ? /^[0-9]{1,20}$/.test(value) && BigInt(value) < 2n ** 64n
    : Number.isSafeInteger(value) && Number(value) >= 0;
}

/** A text as bytes, each a character of its own, and where in the text each of them comes from. */
export interface View {
  readonly bytes: string;
  /** Null where byte and character have the same place. */
  readonly places: { readonly begins: readonly number[]; readonly ends: readonly number[] } | null;
}

/** The text as it is. */
export function viewOf(text: string): View {
  if (/^[\x00-\x7f]*$/.test(text)) return { bytes: text, places: null };
  const sink = createSink();
  let at = 0;
  for (const character of text) {
    sink.add(asBytes(character), at, at + character.length);
    at += character.length;
  }
  return sink.view();
}

/** Where the bytes from `first` to before `end` come from. */
export function spanOf({ places }: View, first: number, end: number): [begin: number, end: number] {
  return places === null ? [first, end] : [places.begins[first]!, places.ends[end - 1]!];
}

/** An escape sequence is not longer. */
const LONGEST_ESCAPE = 11;

const ESCAPE = new RegExp(
  [
    '%(?<percent>[0-9a-f]{2})',
    '%u(?<percentU>[0-9a-f]{4})',
    String.raw`\\x(?<byte>[0-9a-f]{2})`,
    String.raw`\\u(?<unicode>[0-9a-f]{4})`,
    String.raw`\\u\{(?<braced>[0-9a-f]{1,6})\}`,
    '&#x(?<entityHex>[0-9a-f]{1,7});',
    '&#(?<entity>[0-9]{1,8});',
    '&(?<named>amp|lt|gt|quot|apos);',
    String.raw`\\(?<octal>[0-3][0-7]{2})`,
    String.raw`\\(?<literal>[!-\/:-@[-\`{-~])`,
  ]
    .map((each) => `(?:${each})$`)
    .join('|'),
  'i',
);

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * The text with every escape sequence undone, also one that is written with others, and without what could begin one
 * more: whether a backslash is an escape or itself depends on how often a text was escaped. The same view when it has
 * nothing of the kind.
 */
export function decodedView(view: View): View {
  const { bytes } = view;
  if (!/[%\\&]/.test(bytes)) return view;
  const sink = createSink();
  let starter = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < bytes.length; at += 1) {
    sink.add(bytes[at]!, ...spanOf(view, at, at + 1));
    if (isStarter(bytes[at]!)) starter = sink.length() - 1;
    while (sink.length() - starter <= LONGEST_ESCAPE) {
      const meant = meaning(sink.tail(LONGEST_ESCAPE));
      if (meant === null) break;
      sink.replace(meant.length, meant.text);
      starter = sink.lastStarter(LONGEST_ESCAPE);
    }
  }
  return sink.viewWithout(isStarter);
}

/** Without what stands between the bytes of a hex dump; null when the text has nothing that looks like one. */
export function withoutSeparators(view: View): View | null {
  if (!/(?:[0-9a-f]{2,4}[\s:,-]{1,2}(?:0x)?){4}/i.test(view.bytes)) return null;
  const sink = createSink();
  for (const { 0: kept, index } of view.bytes.matchAll(/(?:(?!0x)[^\s:,-])+/gi)) {
    const digits = kept.replace(/^x/i, '');
    const first = index + kept.length - digits.length;
    for (let at = 0; at < digits.length; at += 1) sink.add(digits[at]!, ...spanOf(view, first + at, first + at + 1));
  }
  return sink.view();
}

function meaning(tail: string): { readonly length: number; readonly text: string } | null {
  const found = ESCAPE.exec(tail);
  if (found === null) return null;
  const { percent, byte, octal, named, literal, percentU, unicode, braced, entityHex, entity } = found.groups!;
  const raw = percent ?? byte;
  const length = found[0].length;
  if (raw !== undefined) return { length, text: String.fromCharCode(Number.parseInt(raw, 16)) };
  if (octal !== undefined) return { length, text: String.fromCharCode(Number.parseInt(octal, 8)) };
  if (named !== undefined) return { length, text: NAMED[named.toLowerCase()]! };
  if (literal !== undefined) return { length, text: literal };
  const hex = percentU ?? unicode ?? braced ?? entityHex;
  const code = hex === undefined ? Number(entity) : Number.parseInt(hex, 16);
  return { length, text: asBytes(code > 0x10_ff_ff ? '\ufffd' : String.fromCodePoint(code)) };
}

function isStarter(byte: string): boolean {
  return byte === '%' || byte === '\\' || byte === '&';
}

function asBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** Bytes that grow at their end, and know where they come from. */
function createSink() {
  const units: string[] = [];
  const begins: number[] = [];
  const ends: number[] = [];

  function add(bytes: string, begin: number, end: number): void {
    for (const byte of bytes) {
      units.push(byte);
      begins.push(begin);
      ends.push(end);
    }
  }

  return {
    length: () => units.length,
    tail: (length: number) => units.slice(-length).join(''),
    add,
    /** The last `length` bytes stand for `bytes`. */
    replace(length: number, bytes: string): void {
      const first = units.length - length;
      const [begin, end] = [begins[first]!, ends.at(-1)!];
      for (const list of [units, begins, ends]) list.length = first;
      add(bytes, begin, end);
    },
    /** Where the last beginning of an escape sequence is, not further back than `reach`. */
    lastStarter(reach: number): number {
      const from = Math.max(0, units.length - reach);
      const found = units.slice(from).findLastIndex(isStarter);
      return found === -1 ? Number.NEGATIVE_INFINITY : from + found;
    },
    view: (): View => ({ bytes: units.join(''), places: { begins, ends } }),
    viewWithout(isDropped: (byte: string) => boolean): View {
      const kept = units.flatMap((byte, at) => (isDropped(byte) ? [] : [at]));
      const of = <T>(list: readonly T[]) => kept.map((at) => list[at]!);
      return { bytes: of(units).join(''), places: { begins: of(begins), ends: of(ends) } };
    },
  };
}

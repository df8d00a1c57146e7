export interface ProblemParts<Kind extends string> {
  /** For the program: what may be done about it. */
  readonly kind: Kind;
  /** The file, the line, the key or the server that it is about; null where the text says it. */
  readonly where?: string | null;
  readonly what: string;
  /** What a person may do about it; null where the text says it. */
  readonly cure?: string | null;
}

/** What went wrong, as one line that is safe to show: where, what, and what to do. Every error class of ours is one. */
export class Problem<Kind extends string = string> extends Error {
  readonly kind: Kind;
  readonly where: string | null;
  readonly what: string;
  readonly cure: string | null;

  constructor({ kind, where = null, what, cure = null }: ProblemParts<Kind>) {
    super(`${where === null ? '' : `${where}: `}${what}${cure === null ? '' : `; ${cure}`}`);
    this.kind = kind;
    this.where = where;
    this.what = what;
    this.cure = cure;
  }

  /** By the class, for logs and failed tests. */
  override get name(): string {
    return this.constructor.name;
  }
}

import type { SecretFiles } from '../files/secret-files.ts';
import type { Key, Keys } from './key.ts';
import type { AnyRelation, Relation } from './relation.ts';

/**
 * What a lock service or a source declares about itself: everything else (flags, help, documentation,
 * schema, checks, redaction) is made from it. `Own` are the settings that it adds, `Common` those of every run that its
 * relations may be about.
 */
export interface Backend<Own extends object, Common extends object> {
  /** Rows of the one table; what they give counts only while this backend is chosen. */
  readonly keys: Keys<Own>;
  /** Judged only while this backend is chosen. */
  readonly relations?: readonly Relation<Own & Common>[];
  /** Which of its settings are paths of files that a run reads, or that it writes. */
  readonly files?: {
    readonly reads?: readonly (keyof Own & string)[];
    readonly writes?: readonly (keyof Own & string)[];
  };
  /** Every secret that it may send or receive, for what is written to be cleaned of them: `[]` where there is none. */
  secrets(own: Own, files: SecretFiles): Promise<readonly string[]>;
  /**
   * Looks whether this node has what it needs, and asks nobody else; has no effect. Rejects with a `Failed` that says
   * which setting is wrong.
   */
  ready?(own: Own, files: SecretFiles): Promise<void>;
  /** Which service, by what name and where, for log and messages: `yt //home/x at yt.example.net`. */
  describe(own: Own): string;
}

/** A backend as those see it who put all of them together: its own settings are its own business. */
export interface AnyBackend {
  readonly keys: Readonly<Record<string, Key<unknown>>>;
  readonly relations?: readonly AnyRelation[];
  readonly files?: { readonly reads?: readonly string[]; readonly writes?: readonly string[] };
  secrets(own: object, files: SecretFiles): Promise<readonly string[]>;
  ready?(own: object, files: SecretFiles): Promise<void>;
  describe(own: object): string;
}

/** Backends by the words that choose them. */
export type Backends = Readonly<Record<string, AnyBackend>>;

/** The settings that some backends add, all together. */
export type OwnSettings<B extends Readonly<Record<string, { describe(own: never): string }>>> = Intersection<
  { [Name in keyof B]: Parameters<B[Name]['describe']>[0] }[keyof B]
>;

type Intersection<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;

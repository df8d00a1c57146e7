import type { LockServices } from '../../machines/side-effects.ts';
import type { Holder } from '../../machines/vocabulary.ts';
import type { AskCommand } from '../command/ask-command.ts';
import type { AnyBackend, Backend } from '../config/backend.ts';
import type { SecretFiles } from '../files/secret-files.ts';
import type { HttpClients } from '../http/clients.ts';
import type { Identity } from '../identity.ts';
import type { Board } from './board.ts';

/** What every lock service is given besides its own settings. */
export interface LockContext {
  /** How long the lock outlives a holder that stopped renewing it. */
  readonly leaseMs: number;
  readonly identity: Identity;
  readonly http: HttpClients;
  readonly secretFiles: SecretFiles;
  readonly askCommand: AskCommand;
  /** The watcher's own. */
  readonly environment: NodeJS.ProcessEnv;
  /** Takes what does not stop a run but ought to be put right. */
  readonly note: (line: string) => void;
}

/** Who has the lock, seen by somebody who is not in line for it. */
export interface Held {
  readonly holder: Holder;
  /** How many wait for it; null where the service keeps no line. */
  readonly waiting: number | null;
  /**
   * Takes it away from just this holder, who hears of that with its next renewal; false where it had it no more. Rejects
   * with a `Failed`.
   */
  takeAway(signal: AbortSignal): Promise<boolean>;
}

/** What a run gets of a lock service: the lock, and the board beside it. */
export interface LockDriver extends LockServices {
  readonly board: Board;
  /** Null where nobody has the lock. Gets in no line, and makes nothing. Rejects with a `Failed`. */
  held(signal: AbortSignal): Promise<Held | null>;
}

/** What the relations of a lock may be about besides its own settings. */
export interface LockCommon {
  readonly lockLeaseMs: number;
  readonly haproxyTimeoutMs: number;
  readonly haproxyRefreshDelayMs: number;
}

/** One lock service: a folder here and a line in index.ts are all of it. */
export interface LockBackend<Own extends object> extends Backend<Own, LockCommon> {
  /** The setting that says which lock it is, for `watcher check` to take one of another name. */
  readonly nameOfLock?: keyof Own & string;
  /** Throws `Failed` of the kind `lockDenied` for settings that no lock can be made of. */
  create(own: Own, context: LockContext): LockDriver;
}

/** A lock service as those see it who choose one. */
export interface AnyLockBackend extends AnyBackend {
  readonly nameOfLock?: string;
  create(own: object, context: LockContext): LockDriver;
}

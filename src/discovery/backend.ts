import type { Answer } from '../../machines/vocabulary.ts';
import type { AskCommand } from '../command/ask-command.ts';
import type { AnyBackend, Backend } from '../config/backend.ts';
import type { SecretFiles } from '../files/secret-files.ts';
import type { HttpClients } from '../http/clients.ts';
import type { Source } from './source.ts';

/** What every source is given besides its own settings. */
export interface SourceContext {
  readonly http: HttpClients;
  readonly secretFiles: SecretFiles;
  readonly askCommand: AskCommand;
  /** The watcher's own. */
  readonly environment: NodeJS.ProcessEnv;
  /** False: only names are compared, and addresses need not be found out. */
  readonly wantsAddresses: boolean;
  /** Takes what does not stop a run but ought to be put right. */
  readonly note: (line: string) => void;
}

/** One service discovery: a folder here and a line in index.ts are all of it. */
export interface SourceBackend<Own extends object> extends Backend<Own, object> {
  /** Which of its settings are commands that a run executes: none of them may be one that others can change. */
  readonly commands?: readonly (keyof Own & string)[];
  create(own: Own, context: SourceContext): Source;
  /** How long one answer may take by its settings: for those that set no bound of their own to minutes. */
  longestMs?(own: Own): number;
  /** What others who ask the same servers run into, one line each: for `watcher check`, after these answers. Never rejects. */
  traps?(own: Own, answers: readonly Answer[], signal: AbortSignal): Promise<readonly string[]>;
}

/** A source as those see it who choose one. */
export interface AnySourceBackend extends AnyBackend {
  readonly commands?: readonly string[];
  create(own: object, context: SourceContext): Source;
  longestMs?(own: object): number;
  traps?(own: object, answers: readonly Answer[], signal: AbortSignal): Promise<readonly string[]>;
}

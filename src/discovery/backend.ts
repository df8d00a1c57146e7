import type { AnyBackend, Backend } from '../config/backend.ts';
import type { HttpClients } from '../http/clients.ts';
import type { Source } from './source.ts';

/** What every source is given besides its own settings. */
export interface SourceContext {
  readonly http: HttpClients;
}

/** One service discovery: a folder here and a line in index.ts are all of it. */
export interface SourceBackend<Own extends object> extends Backend<Own, object> {
  create(own: Own, context: SourceContext): Source;
}

/** A source as those see it who choose one. */
export interface AnySourceBackend extends AnyBackend {
  create(own: object, context: SourceContext): Source;
}

import { Problem } from '../../problem.ts';

/** Why a server's word about a name is not to be had, or not to be believed; the message is one clause. */
export class DnsProblem extends Problem<'unavailable' | 'denied' | 'invalid'> {
  /** The server closed the connection: one that was used before may have had to. */
  readonly isClosed: boolean;

  constructor(verdict: DnsProblem['kind'], message: string, isClosed = false) {
    super({ kind: verdict, what: message });
    this.isClosed = isClosed;
  }
}

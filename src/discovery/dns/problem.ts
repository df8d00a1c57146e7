/** Why a server's word about a name is not to be had, or not to be believed; the message is one clause. */
export class DnsProblem extends Error {
  override readonly name = 'DnsProblem';

  readonly verdict: 'unavailable' | 'denied' | 'invalid';
  /** The server closed the connection: one that was used before may have had to. */
  readonly isClosed: boolean;

  constructor(verdict: DnsProblem['verdict'], message: string, isClosed = false) {
    super(message);
    this.verdict = verdict;
    this.isClosed = isClosed;
  }
}

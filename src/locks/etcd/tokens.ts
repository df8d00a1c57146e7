import { askOnceMore } from '../../ask-again.ts';
import { HttpProblem } from '../../http/problem.ts';
import { EtcdProblem, isEtcd } from './problem.ts';
import type { Result } from './reply.ts';

/** A user of etcd, whose password is read when it is first needed. */
export interface User {
  readonly name: string;
  /** Rejects with a `Failed`. */
  password(): Promise<string>;
  /** etcd does not take `shown`. True: there is another by now. */
  refused?(shown: string): Promise<boolean>;
}

/** One request to one endpoint. */
export type Ask = (path: string, body: object, token: string | null) => Promise<Result>;

/** The tokens that etcd gives for a password: simple ones expire after five minutes without use. */
export interface Tokens {
  /** Null: without one. */
  current(ask: Ask): Promise<string | null>;
  /** Another token, after a request with `used` was turned away. */
  after(used: string | null, refusal: EtcdProblem, ask: Ask): Promise<string>;
  forget(): void;
  /** Takes password and tokens out of a text. */
  redact(text: string): string;
}

export function createTokens(user: User | null, note: (line: string) => void): Tokens {
  let token: Promise<string | null> | null = null;
  const secrets = new Set<string>();

  async function authenticate(asUser: User, ask: Ask): Promise<string | null> {
    const { name, password, refused = async () => false } = asUser;
    let shown = '';
    async function once(): Promise<string> {
      shown = await password();
      secrets.add(shown);
      const { token: given } = await ask('auth/authenticate', { name, password: shown }, null);
      if (typeof given !== 'string' || !/^[!-~]+$/.test(given)) {
        throw new EtcdProblem('transient', 'an answer without a token');
      }
      secrets.add(given);
      return given;
    }
    try {
      return await askOnceMore(once, (refusal) => isAboutPassword(refusal) && refused(shown));
    } catch (error) {
      if (isEtcd(error, 'authOff')) {
        note('etcd_user: this etcd knows no users (authentication is not enabled): everybody may take the lock');
        return null;
      }
      if (!isEtcd(error, 'denied')) throw error;
      const { message } = error as EtcdProblem;
      throw new EtcdProblem('denied', `${message}: correct etcd_user, or the password in etcd_password_file`);
    }
  }

  /** Requests that come together share one token, and one that failed is asked for again. */
  async function current(ask: Ask): Promise<string | null> {
    if (user === null) return null;
    for (;;) {
      const isFirst = token === null;
      token ??= authenticate(user, ask);
      const asked = token;
      try {
        return await asked;
      } catch (error) {
        if (token === asked) token = null;
        // Who asked first has given up; we have not.
        if (isFirst || !isAborted(error)) throw error;
      }
    }
  }

  return {
    current,
    async after(used, refusal, ask) {
      if (user === null) throw new EtcdProblem('denied', `${refusal.message}: set etcd_user and etcd_password_file`);
      const known = await current(ask);
      if (known !== null && known !== used) return known;
      token = null;
      const next = await current(ask);
      if (next !== null) return next;
      throw new EtcdProblem('transient', refusal.message);
    },
    forget() {
      token = null;
    },
    redact: (text) => [...secrets].reduce((rest, secret) => rest.replaceAll(secret, '***'), text),
  };
}

function isAborted(error: unknown): boolean {
  return error instanceof HttpProblem && error.kind === 'aborted';
}

function isAboutPassword(refusal: unknown): boolean {
  return isEtcd(refusal, 'denied') && /authentication failed/i.test(refusal.message);
}

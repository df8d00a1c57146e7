import type { Answer, Verdict } from '../../../machines/vocabulary.ts';
import type { Asked } from '../../ask-again.ts';
import type { HttpReply } from '../../http/client.ts';
import type { HttpProblem, HttpProblemKind } from '../../http/problem.ts';
import { retryAfterMs } from '../../http/retry-after.ts';
import { formatOtherScheme, formatWrongAddress } from '../../http/wrong-address.ts';
import { type AskedGroup, answerWithout } from '../source.ts';
import { readYpAnswer } from './answer.ts';

export function attemptOfReply(asked: AskedGroup, reply: HttpReply, address: string): Asked<Answer> {
  if (reply.status === 200) {
    const answer = readYpAnswer(asked, reply.text);
    return { found: answer, again: answer.verdict === 'invalid', afterMs: 0 };
  }
  const wrongAddress = formatWrongAddress(reply, address, 'yp_url');
  const { verdict, again } = wrongAddress === null ? ofStatus(reply.status) : HOPELESS;
  const hint = wrongAddress ?? (verdict === 'unavailable' && !again ? 'is yp_url right?' : '');
  const answer = answerWithout(asked, verdict, `HTTP status ${reply.status}${hint === '' ? '' : `: ${hint}`}`);
  return { found: answer, again, afterMs: again ? retryAfterMs(reply.headers, Date.now()) : 0 };
}

export function attemptOfProblem(asked: AskedGroup, problem: HttpProblem, address: string): Asked<Answer> {
  const { kind, message, isAtProxy } = problem;
  const { verdict, again } = ofProblem[kind];
  const hint = kind === 'wrongScheme' && !isAtProxy ? `: ${formatOtherScheme(address, 'yp_url')}` : '';
  return { found: answerWithout(asked, verdict, `${message}${hint}`), again, afterMs: 0 };
}

interface Worth {
  readonly verdict: Exclude<Verdict, 'ok'>;
  readonly again: boolean;
}

/** Nothing but another configuration, or another server, brings an answer. */
const HOPELESS: Worth = { verdict: 'unavailable', again: false };

function ofStatus(status: number): Worth {
  if (status === 401 || status === 403) return { verdict: 'denied', again: false };
  if (status === 408 || status === 429 || status >= 500) return { verdict: 'unavailable', again: true };
  if (status < 300) return { verdict: 'invalid', again: true };
  // YP.SD says with 200 that a set does not exist: a 404 or a redirect comes from somebody else.
  return HOPELESS;
}

const ofProblem: Readonly<Record<HttpProblemKind, Worth>> = {
  refused: { verdict: 'unavailable', again: true },
  dns: { verdict: 'unavailable', again: true },
  timeout: { verdict: 'unavailable', again: true },
  truncated: { verdict: 'unavailable', again: true },
  broken: { verdict: 'unavailable', again: true },
  untrusted: HOPELESS,
  wrongScheme: HOPELESS,
  tls: HOPELESS,
  aborted: HOPELESS,
  notUtf8: { verdict: 'invalid', again: true },
  tooLarge: { verdict: 'invalid', again: false },
};

import type { Answer, Endpoint } from '../../../machines/vocabulary.ts';
import type { Asked } from '../../ask-again.ts';
import type { HttpReply } from '../../http/client.ts';
import type { HttpProblem } from '../../http/problem.ts';
import { formatStatus } from '../../http/proxy-answer.ts';
import { retryAfterMs } from '../../http/retry-after.ts';
import { formatOtherScheme, formatWrongAddress } from '../../http/wrong-address.ts';
import { inSlices } from '../../slices.ts';
import { type AskedGroup, answerWithout } from '../source.ts';
import { HOPELESS, WORTH_OF_PROBLEM, worthOfStatus } from '../worth.ts';
import { readYpAnswer } from './answer.ts';

/** `known` is what the answer is likely to say again. */
export async function attemptOfReply(
  asked: AskedGroup,
  reply: HttpReply,
  address: string,
  known: readonly Endpoint[],
): Promise<Asked<Answer>> {
  if (reply.status === 200) {
    const answer = await inSlices(readYpAnswer(asked, reply.text, known));
    return { found: answer, again: answer.verdict === 'invalid', afterMs: 0 };
  }
  const wrongAddress = formatWrongAddress(reply, address, 'yp_url');
  const { verdict, again } = wrongAddress === null ? worthOfStatus(reply.status) : HOPELESS;
  const hint = wrongAddress ?? (verdict === 'unavailable' && !again ? 'is yp_url right?' : '');
  const answer = answerWithout(asked, verdict, `${formatStatus(reply)}${hint === '' ? '' : `: ${hint}`}`);
  return { found: answer, again, afterMs: again ? retryAfterMs(reply.headers, Date.now()) : 0 };
}

export function attemptOfProblem(asked: AskedGroup, problem: HttpProblem, address: string): Asked<Answer> {
  const { kind, message, isAtProxy } = problem;
  const { verdict, again } = WORTH_OF_PROBLEM[kind];
  const hint = kind === 'wrongScheme' && !isAtProxy ? `: ${formatOtherScheme(address, 'yp_url')}` : '';
  return { found: answerWithout(asked, verdict, `${message}${hint}`), again, afterMs: 0 };
}

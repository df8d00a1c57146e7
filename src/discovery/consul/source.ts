import type { Answer, Verdict } from '../../../machines/vocabulary.ts';
import type { Asked } from '../../ask-again.ts';
import type { ConsulAccess, OpenConsul } from '../../consul/access.ts';
import type { Limits } from '../../consul/client.ts';
import { explainDatacenter } from '../../consul/datacenter.ts';
import { ConsulProblem, type ConsulReaction, isConsul } from '../../consul/problem.ts';
import { Failed } from '../../failure.ts';
import { ASK_LIMITS, type AskLimits, type AskTools, askEachGroup } from '../ask-each-group.ts';
import { type AskedGroup, answerWithout, type Source } from '../source.ts';
import { type Reading, readHealth } from './answer.ts';
import { askedService, type Consistency, questionAbout } from './question.ts';

export interface ConsulSourceOptions extends AskTools, Omit<Reading, 'hasToken'> {
  readonly access: ConsulAccess;
  readonly consistency: Consistency;
  readonly limits?: Partial<AskLimits>;
}

/** An instance takes a kilobyte or two: so many bytes hold ten thousand and more of them. */
const HTTP_LIMITS = { maxBytes: 32 * 1024 * 1024, maxTotalBytes: 64 * 1024 * 1024 };

/** Consul allows 200 connections of one address, and others of this host have theirs. */
const CONCURRENT = 16;

/** Consul's catalog: each group is a service, perhaps with a tag, in a datacenter. */
export function createConsulSource(options: ConsulSourceOptions): Source {
  const limits = { ...ASK_LIMITS, concurrent: CONCURRENT, ...options.limits };

  return async ({ groups }, signal) => {
    const consul = await opened();
    if (consul instanceof Failed)
      return { answers: groups.map((asked) => answerWithout(asked, 'denied', consul.message)) };
    try {
      const answers = await askEachGroup(groups, signal, {
        ...options,
        limits,
        ask: (asked, deadlineMs) => ask(consul, asked, { deadlineMs, signal }),
      });
      return { answers };
    } finally {
      consul.close();
    }
  };

  function opened(): Promise<OpenConsul | Failed> {
    return options.access.open({ ...HTTP_LIMITS, maxConcurrent: limits.concurrent }).catch((error: unknown) => {
      if (error instanceof Failed) return error;
      throw error;
    });
  }

  async function ask(consul: OpenConsul, asked: AskedGroup, own: Limits): Promise<Asked<Answer>> {
    const about = askedService(asked);
    if (about === null) {
      const detail = 'endpoint_set_id is no service of Consul: write service, or tag.service';
      return final(answerWithout(asked, 'invalid', detail));
    }
    try {
      const reply = await consul.send(questionAbout(about, options.consistency), own);
      const answer = readHealth(asked, about, reply, { ...options, hasToken: consul.hasToken });
      if (answer.verdict === 'stale') consul.goElsewhere();
      return { found: answer, again: answer.verdict === 'stale', afterMs: 0 };
    } catch (error) {
      if (!(error instanceof ConsulProblem)) throw error;
      const isAboutDatacenter = isConsul(error, 'noDatacenter') && about.datacenter !== null;
      const problem = isAboutDatacenter ? await explainDatacenter(consul, about.datacenter, error, own) : error;
      const { kind, message, mayHeal } = problem;
      return { found: answerWithout(asked, VERDICTS[kind], message), again: mayHeal, afterMs: 0 };
    }
  }
}

const VERDICTS: Readonly<Record<ConsulReaction, Exclude<Verdict, 'ok'>>> = {
  unknownToken: 'denied',
  forbidden: 'denied',
  refused: 'invalid',
  unreadable: 'invalid',
  stranger: 'unavailable',
  noDatacenter: 'unavailable',
  noNode: 'unavailable',
  gone: 'unavailable',
  transient: 'unavailable',
};

function final(answer: Answer): Asked<Answer> {
  return { found: answer, again: false, afterMs: 0 };
}

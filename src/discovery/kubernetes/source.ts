import type { Answer } from '../../../machines/vocabulary.ts';
import type { Asked } from '../../ask-again.ts';
import { ShapeProblem } from '../../json/validate.ts';
import type { KubernetesApi } from '../../kubernetes/api.ts';
import { isKubernetes, KubernetesProblem, type ProblemKind } from '../../kubernetes/problem.ts';
import { ASK_LIMITS, type AskLimits, type AskTools, askEachGroup } from '../ask-each-group.ts';
import { type AskedGroup, answerWithout, type Source } from '../source.ts';
import { HOPELESS, type Worth } from '../worth.ts';
import { readGroupName, type ServicePort } from './group-name.ts';
import { type Joined, joinSlices } from './join.ts';
import { listSlices } from './list-slices.ts';
import type { Slice } from './slice.ts';

export interface KubernetesSourceOptions extends AskTools {
  /** The API server of a cluster, which is empty or a context. Rejects with a `KubernetesProblem`. */
  readonly apiOf: (cluster: string) => Promise<KubernetesApi>;
  readonly clusterDomain: string;
  readonly limits?: Partial<KubernetesLimits>;
}

interface KubernetesLimits extends AskLimits {
  readonly pageSize: number;
}

const defaults: KubernetesLimits = { ...ASK_LIMITS, attemptMs: 10_000, perSetMs: 30_000, concurrent: 8, pageSize: 50 };

/** EndpointSlices: a group is a service and one of its ports. */
export function createKubernetesSource(options: KubernetesSourceOptions): Source {
  const limits = { ...defaults, ...options.limits };

  return async ({ groups }, signal) => {
    const lists = new Map<string, Promise<readonly Slice[]>>();

    /** Groups that are ports of one service share its list. */
    function slicesOf(api: KubernetesApi, cluster: string, service: ServicePort, deadlineMs: number) {
      const key = `${cluster}/${service.namespace}/${service.service}`;
      const { pageSize } = limits;
      const asking = lists.get(key) ?? listSlices(api, service, { pageSize, deadlineMs }, signal);
      lists.set(key, asking);
      // The next attempt asks anew.
      asking.catch(() => lists.delete(key));
      return asking;
    }

    async function ask(asked: AskedGroup, deadlineMs: number): Promise<Asked<Answer>> {
      const service = readGroupName(asked.endpointSet);
      if (service === null) {
        const expected = 'expected an endpoint set id like namespace/service:port';
        return { found: answerWithout(asked, 'invalid', expected), again: false, afterMs: 0 };
      }
      try {
        const api = await options.apiOf(asked.cluster);
        const slices = await slicesOf(api, asked.cluster, service, deadlineMs);
        const found =
          slices.length === 0
            ? await answerOfNone(asked, service, api, { deadlineMs, signal })
            : answerOf(asked, joinSlices(slices, service, options.clusterDomain));
        return { found, again: false, afterMs: 0 };
      } catch (error) {
        if (error instanceof ShapeProblem) {
          lists.clear();
          return { found: answerWithout(asked, 'invalid', error.message), again: true, afterMs: 0 };
        }
        if (!(error instanceof KubernetesProblem)) throw error;
        const { verdict, again } = WORTH[error.kind];
        return { found: answerWithout(asked, verdict, error.message), again, afterMs: again ? error.afterMs : 0 };
      }
    }

    return { answers: await askEachGroup(groups, signal, { ...options, limits, ask }) };
  };
}

function answerOf(asked: AskedGroup, { pods, leftOut }: Joined): Answer {
  if (pods.length > 0) return { ...asked, verdict: 'ok', endpoints: pods, generation: null, detail: null };
  const detail = leftOut === 0 ? null : `none of its ${leftOut} endpoints is ready`;
  return answerWithout(asked, 'empty', detail);
}

interface Limits {
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** A service that does not exist and one without slices look alike, but to who may look at services. */
async function answerOfNone(
  asked: AskedGroup,
  { namespace, service }: ServicePort,
  api: KubernetesApi,
  { deadlineMs, signal }: Limits,
): Promise<Answer> {
  const path = `/api/v1/namespaces/${namespace}/services/${service}`;
  try {
    await api.send({ method: 'GET', path, deadlineMs }, signal);
    return answerWithout(asked, 'empty', 'the service has no EndpointSlices');
  } catch (error) {
    if (isKubernetes(error, 'notFound')) return answerWithout(asked, 'missing', 'there is no such service');
    if (!isKubernetes(error, 'forbidden')) throw error;
    const detail =
      'no EndpointSlice is of this service; whether it exists is not known without the right to get services';
    return answerWithout(asked, 'missing', detail);
  }
}

const UNAVAILABLE: Worth = { verdict: 'unavailable', again: true };
const DENIED: Worth = { verdict: 'denied', again: false };
const INVALID: Worth = { verdict: 'invalid', again: false };

const WORTH: Readonly<Record<ProblemKind, Worth>> = {
  credentials: DENIED,
  unauthorized: DENIED,
  forbidden: DENIED,
  transient: UNAVAILABLE,
  expired: UNAVAILABLE,
  unreadable: INVALID,
  refused: INVALID,
  exists: INVALID,
  conflict: INVALID,
  notFound: HOPELESS,
  stranger: HOPELESS,
};

import type { KubernetesApi } from '../../kubernetes/api.ts';
import { KubernetesProblem } from '../../kubernetes/problem.ts';
import type { ServicePort } from './group-name.ts';
import { readSlicePage, SERVICE_LABEL, type Slice, type SlicePage } from './slice.ts';

export interface ListLimits {
  /** Slices that one answer may have: with a hundred endpoints each, a few megabytes. */
  readonly pageSize: number;
  /** For all pages together. */
  readonly deadlineMs: number;
}

/**
 * All slices of a service, as they were at one moment. Rejects with a `KubernetesProblem` or a `ShapeProblem`: one that
 * changed while it was read is `expired`, for only a list from its beginning says what there is.
 */
export async function listSlices(
  api: KubernetesApi,
  asked: ServicePort,
  { pageSize, deadlineMs }: ListLimits,
  signal: AbortSignal,
): Promise<readonly Slice[]> {
  const end = performance.now() + deadlineMs;
  const slices: Slice[] = [];
  let next: string | null = null;
  let version: string | null = null;
  do {
    const page = await readPage(next);
    if (version !== null && page.version !== version) {
      throw new KubernetesProblem('expired', 'the pages of one list are of different versions');
    }
    slices.push(...page.slices);
    ({ version, next } = page);
  } while (next !== null);
  return slices;

  async function readPage(next: string | null): Promise<SlicePage> {
    const leftMs = Math.floor(end - performance.now());
    if (leftMs <= 0) throw new KubernetesProblem('transient', 'no whole list in time');
    const query = {
      labelSelector: `${SERVICE_LABEL}=${asked.service}`,
      limit: String(pageSize),
      ...(next !== null && { continue: next }),
    };
    const path = `/apis/discovery.k8s.io/v1/namespaces/${asked.namespace}/endpointslices`;
    const { object } = await api.send({ method: 'GET', path, query, deadlineMs: leftMs }, signal);
    return readSlicePage(object, asked.service);
  }
}

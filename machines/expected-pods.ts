import { groupKey } from './group-key.ts';
import type { Answer, Diff, Endpoint } from './vocabulary.ts';

/** The pods that a refresh is to bring to HAProxy, with their addresses: what was added, as discovery described it. */
export function expectedPods({ groups }: Diff, answers: readonly Answer[]): readonly Endpoint[] {
  const answerOf = new Map(answers.map((answer) => [groupKey(answer), answer]));
  return groups.flatMap((group) => {
    const pods = answerOf.get(groupKey(group))?.endpoints ?? [];
    return group.added.flatMap(({ name, port }) =>
      pods.filter((pod) => pod.fqdn === name && (port === null || pod.port === port)),
    );
  });
}

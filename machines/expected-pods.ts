import { podText } from './change-text.ts';
import { groupKey } from './group-key.ts';
import type { Answer, Diff, Endpoint } from './vocabulary.ts';

/** The pods that a refresh is to bring to HAProxy, with their addresses: what was added, as discovery described it. */
export function expectedPods({ groups }: Diff, answers: readonly Answer[]): readonly Endpoint[] {
  const answerOf = new Map(answers.map((answer) => [groupKey(answer), answer]));
  return groups.flatMap((group) => {
    if (group.added.length === 0) return [];
    const podsOf = byText(answerOf.get(groupKey(group))?.endpoints ?? []);
    return [...new Set(group.added.map(podText))].flatMap((text) => podsOf.get(text) ?? []);
  });
}

/** By name, and by name and port: a name without a port stands for all of its pods. */
function byText(pods: readonly Endpoint[]): ReadonlyMap<string, readonly Endpoint[]> {
  const found = new Map<string, Endpoint[]>();
  for (const pod of pods) {
    for (const text of new Set([pod.fqdn, podText({ name: pod.fqdn, port: pod.port })])) {
      const others = found.get(text);
      if (others === undefined) found.set(text, [pod]);
      else others.push(pod);
    }
  }
  return found;
}

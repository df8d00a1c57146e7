import type { Fact, SeenAnswer, SeenGroup } from '../facts.ts';
import type { Scenario } from '../scenario.ts';
import type { Run } from './records.ts';

type RefreshOn = Scenario['settings']['refreshOn'];

/** One comparison of a run: what it read of its primer, and what discovery answered. */
export interface Look {
  readonly atMs: number;
  readonly primerAtMs: number;
  readonly primer: readonly SeenGroup[];
  readonly answers: readonly SeenAnswer[];
}

/** Each answer of discovery with the primer that was read before it. */
export function looksOf(run: Run): Look[] {
  const looks: Look[] = [];
  let primer: Extract<Fact, { what: 'primerNotice' }> | null = null;
  for (const fact of run.facts) {
    if (fact.what === 'primerNotice') primer = fact;
    if (fact.what !== 'discoveryNotice') continue;
    looks.push({
      atMs: fact.atMs,
      primerAtMs: primer?.atMs ?? Number.NEGATIVE_INFINITY,
      primer: primer?.groups ?? [],
      answers: fact.answers,
    });
  }
  return looks;
}

/** What differs between primer and discovery, of the kinds that HAProxy is refreshed for, in answers that may be believed. */
export function changesIn({ primer, answers }: Look, refreshOn: RefreshOn, isOld: (answer: SeenAnswer) => boolean) {
  return answers.flatMap((answer) => {
    if (!isAuthoritative(answer) || isOld(answer)) return [];
    const before = (primer.find(({ group }) => group === answer.group)?.pods ?? []).map(podOf);
    const after = answer.pods.map(podOf);
    const kinds = {
      added: after.filter(({ id, name }) => before.every((pod) => pod.id !== id && pod.name !== name)),
      renamed: after.filter(({ id, name }) => before.some((pod) => pod.id === id && pod.name !== name)),
      moved: after.filter(({ id, name, port }) =>
        before.some((pod) => pod.id === id && pod.name === name && pod.port !== port),
      ),
      removed: before.filter(({ id, name }) => after.every((pod) => pod.id !== id && pod.name !== name)),
    };
    // A move to another place is another change.
    const textOf = (kind: RefreshOn[number], { id, name, port }: ReturnType<typeof podOf>) =>
      `${answer.group} ${kind} ${id} ${name}${kind === 'moved' ? ` ${port}` : ''}`;
    return refreshOn.flatMap((kind) => kinds[kind].map((pod) => textOf(kind, pod)));
  });
}

export function isAuthoritative({ verdict }: SeenAnswer): boolean {
  return verdict === 'ok' || verdict === 'empty' || verdict === 'missing';
}

/** The parts of `id=fqdn@port`. */
export function podOf(pod: string) {
  const [id, rest] = pod.split('=') as [string, string];
  const [name, port] = rest.split('@') as [string, string];
  return { id, name, port };
}

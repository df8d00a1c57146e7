import type { Fact, PrimerMemory, SeenAnswer, SeenGroup } from '../facts.ts';
import type { Scenario } from '../scenario.ts';
import type { Run } from './records.ts';

type RefreshOn = Scenario['settings']['refreshOn'];

/** One comparison of a run: what it read of its primer, and what discovery answered. */
export interface Look {
  readonly atMs: number;
  readonly primerAtMs: number;
  readonly primer: readonly SeenGroup[];
  /** What an earlier primer said, where no refresh is known to have succeeded since. */
  readonly memory: PrimerMemory;
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
      memory: run.primerMemory,
      answers: fact.answers,
    });
  }
  return looks;
}

/**
 * What differs between primer and discovery, of the kinds that HAProxy is refreshed for, in answers that may be believed.
 * Where an earlier primer is remembered, HAProxy may have that as well: what differs from either of them is a change.
 */
export function changesIn(
  { primer, memory, answers }: Look,
  refreshOn: RefreshOn,
  isOld: (answer: SeenAnswer) => boolean,
): string[] {
  return answers.flatMap((answer) => {
    if (!isAuthoritative(answer) || isOld(answer)) return [];
    const { group } = answer;
    const lists = [primer.find((each) => each.group === group)?.pods ?? []];
    if (memory !== null) lists.push(memory[group] ?? []);
    const after = answer.pods.map(podOf);
    const kinds = lists.map((pods) => changesBetween(pods.map(podOf), after));
    const isAdded = ({ id }: Pod) => kinds.some(({ added }) => added.some((pod) => pod.id === id));
    // A move to another place is another change.
    const textOf = (kind: RefreshOn[number], { id, name, port }: Pod) =>
      `${group} ${kind} ${id} ${name}${kind === 'moved' ? ` ${port}` : ''}`;
    const texts = refreshOn.flatMap((kind) =>
      kinds
        .flatMap((changes) => changes[kind])
        .filter((pod) => kind === 'added' || kind === 'removed' || !isAdded(pod))
        .map((pod) => textOf(kind, pod)),
    );
    return [...new Set(texts)];
  });
}

type Pod = ReturnType<typeof podOf>;

function changesBetween(before: readonly Pod[], after: readonly Pod[]): Readonly<Record<RefreshOn[number], Pod[]>> {
  return {
    added: after.filter(({ id, name }) => before.every((pod) => pod.id !== id && pod.name !== name)),
    renamed: after.filter(({ id, name }) => before.some((pod) => pod.id === id && pod.name !== name)),
    moved: after.filter(({ id, name, port }) =>
      before.some((pod) => pod.id === id && pod.name === name && pod.port !== port),
    ),
    removed: before.filter(({ id, name }) => after.every((pod) => pod.id !== id && pod.name !== name)),
  };
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

import { diffGroups } from './diff.ts';
import { groupKey } from './group-key.ts';
import { groupsShrunkTooMuch, isAuthoritative, listed, shrunkFailure, untrustedFailure } from './trust.ts';
import type { Answer, Diff, Failure, Group, RunInput } from './vocabulary.ts';

/** What decides whether what HAProxy has may be replaced by what discovery says. */
export type ReplaceRule = Pick<RunInput, 'onDiscoveryError' | 'maxShrinkPercent' | 'allowEmpty' | 'forceRun'>;

export type Replacing =
  | { readonly refused: Failure; readonly diff: Diff }
  | {
      readonly refused: null;
      readonly diff: Diff;
      /** What HAProxy is to have, in the order asked. */
      readonly groups: readonly Group[];
      /** Groups without an answer to believe, whose earlier pods stay. */
      readonly kept: readonly string[];
    };

/**
 * Decides whether these answers may replace what HAProxy has. A group that nobody may believe, that has no pods, or that
 * shrank too much refuses all of them. Where such answers are tolerated, and where a refresh is forced, the earlier pods
 * of a group without an answer to believe stay; a group that never had any cannot be made up.
 */
export function replacing(before: readonly Group[], answers: readonly Answer[], rule: ReplaceRule): Replacing {
  const known = new Map(before.map((group) => [groupKey(group), group]));
  const asked = answers.map(
    ({ cluster, endpointSet }): Group =>
      known.get(groupKey({ cluster, endpointSet })) ?? { cluster, endpointSet, endpoints: [] },
  );
  const diff = diffGroups(asked, answers);
  const unbelieved = answers.filter((answer) => !isAuthoritative(answer));
  const isTolerated = rule.forceRun || rule.onDiscoveryError === 'tolerate';
  const isLost = (answer: Answer) => (known.get(groupKey(answer))?.endpoints.length ?? 0) === 0;
  if (unbelieved.length > 0 && (!isTolerated || unbelieved.some(isLost))) {
    return { refused: untrustedFailure(diff), diff };
  }
  const bare = answers.filter((answer) => isAuthoritative(answer) && answer.endpoints.length === 0);
  if (bare.length > 0 && !rule.allowEmpty) return { refused: bareFailure(bare), diff };
  if (!rule.forceRun && groupsShrunkTooMuch(diff, rule).length > 0) return { refused: shrunkFailure(diff, rule), diff };
  const groups = answers.map(
    (answer, index): Group => ({
      cluster: answer.cluster,
      endpointSet: answer.endpointSet,
      endpoints: isAuthoritative(answer) ? answer.endpoints : asked[index]!.endpoints,
    }),
  );
  return { refused: null, diff, groups, kept: unbelieved.map(groupKey) };
}

function bareFailure(bare: readonly Answer[]): Failure {
  const names = bare.map((answer) => {
    const why = answer.detail === null ? '' : ` (${answer.detail})`;
    return `${groupKey(answer)} ${answer.verdict === 'ok' ? 'empty' : answer.verdict}${why}`;
  });
  return {
    kind: 'shrunkTooMuch',
    message: `no pods for ${listed(names)}; correct the group’s name, or set allow_empty where it is meant to be so`,
  };
}

// After a refresh that was not seen to be effective the primer may say what HAProxy does not have. What is certain then
// is what the primer said before, for as long as no refresh is seen to be effective (known-to-have.ts makes use of it).

/** What a primer says: each pod as one text that has all of it, by group. */
export type PrimerText = Record<string, string[]>;

/**
 * What is remembered while a refresh goes on, of which nobody knows yet whether it will be effective: what the primer
 * says as it begins. Where an earlier one was not seen to be effective either, it is what both primers say: of the rest
 * HAProxy may have either. Null, of any of them: it is not known.
 */
export function primerBefore(earlier: PrimerText | null, now: PrimerText | null): PrimerText | null {
  return earlier !== null && now !== null ? sharedPart(earlier, now) : (earlier ?? now);
}

/** What of it is remembered once the run is over. */
export function primerBeforeNext(earlier: PrimerText | null, isEffective: boolean): PrimerText | null {
  return isEffective ? null : earlier;
}

/** Whether the primer says anything else than before a refresh that was not seen to be effective. */
export function isDoubted(now: PrimerText | null, earlier: PrimerText): boolean {
  return now === null || !says(now, earlier) || !says(earlier, now);
}

/** Doubt that lasts is no news. */
export function isNewDoubt(isDoubtedNow: boolean, wasDoubted: boolean): boolean {
  return isDoubtedNow && !wasDoubted;
}

/** Whether the next run finds the primer doubted already; null where this one did not come to look. */
export function doubtNext(before: boolean, found: boolean | null, isEffective: boolean): boolean {
  return !isEffective && (found ?? before);
}

function sharedPart(one: PrimerText, other: PrimerText): PrimerText {
  return Object.fromEntries(
    Object.entries(one).map(([group, pods]) => {
      const others = new Set(other[group]);
      return [group, pods.filter((pod) => others.has(pod))];
    }),
  );
}

function says(one: PrimerText, other: PrimerText): boolean {
  return Object.entries(other).every(([group, pods]) => {
    const own = one[group] === undefined ? null : new Set(one[group]);
    return own !== null && pods.every((pod) => own.has(pod));
  });
}

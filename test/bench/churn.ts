import type { Endpoint } from '../../machines/vocabulary.ts';

/** One pod: from when to when it is there, and from when on it has another address. */
export interface Life {
  readonly group: string;
  readonly id: string;
  readonly bornSec: number;
  readonly diedSec: number;
  readonly movedSec: number;
}

export const DAY_SEC = 86_400;

const GROUPS = 10;
const PODS = 50;
const DEPLOYS_A_DAY = 3;
const POD_EVERY_SEC = 20;

/**
 * A day of ten services: each is deployed three times, pod after pod, and scaled up for the day and down for the night; now
 * and then a pod moves to another host, and every few minutes one is away for less than a minute.
 */
export function churn(seed: number): readonly Life[] {
  const draw = drawsOf(seed);
  const lives: Life[] = [];
  for (let group = 0; group < GROUPS; group += 1) {
    const starts = Array.from({ length: DEPLOYS_A_DAY }, () => draw() * (DAY_SEC - PODS * POD_EVERY_SEC)).sort(
      (one, other) => one - other,
    );
    for (let pod = 0; pod < PODS; pod += 1) {
      const [bornSec, diedSec] =
        pod < PODS / 2 ? [0, DAY_SEC] : [6 + draw() * 4, 19 + draw() * 4].map((h) => h * 3_600);
      const cuts = [bornSec!, ...starts.map((start) => start + pod * POD_EVERY_SEC), diedSec!];
      const between = cuts.filter((at) => at >= bornSec! && at <= diedSec!);
      between.slice(1).forEach((until, version) => {
        const id = `g${group}-${pod}-v${version}`;
        lives.push(...withFlaps({ group: `g${group}`, id, bornSec: between[version]!, diedSec: until }, draw));
      });
    }
  }
  return lives;
}

/** Once in one and a half days a pod is away for a moment, and as often it moves. */
function withFlaps(life: Omit<Life, 'movedSec'>, draw: () => number): Life[] {
  const never = Number.POSITIVE_INFINITY;
  const within = (chance: number) =>
    draw() < ((life.diedSec - life.bornSec) / DAY_SEC) * chance
      ? life.bornSec + draw() * (life.diedSec - life.bornSec)
      : never;
  const movedSec = within(0.3);
  const goneSec = within(0.6);
  const backSec = goneSec + 10 + draw() * 40;
  if (backSec >= life.diedSec) return [{ ...life, movedSec }];
  return [
    { ...life, diedSec: goneSec, movedSec },
    { ...life, bornSec: backSec, movedSec },
  ];
}

/** What discovery says of a group at an instant. */
export function podsAt(lives: readonly Life[], atSec: number): Endpoint[] {
  const there = lives.filter(({ bornSec, diedSec }) => bornSec <= atSec && atSec < diedSec);
  return there.map(({ id, movedSec }) => ({
    id,
    fqdn: `${id}.example.net`,
    ip4: movedSec <= atSec ? '192.0.2.2' : '192.0.2.1',
    ip6: null,
    port: 80,
  }));
}

function drawsOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

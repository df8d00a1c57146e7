/** What is ours of a Lease, and since when, whatever became of a request: on a Lease in memory, by clocks of the test. */
import { describe, expect, test } from 'vitest';
import { KubernetesProblem, type ProblemKind } from '../../../src/kubernetes/problem.ts';
import { createHolding } from '../../../src/locks/kubernetes/holding.ts';
import { type Lease, leaseOf } from '../../../src/locks/kubernetes/lease.ts';
import type { Leases, Limits } from '../../../src/locks/kubernetes/leases.ts';
import { handClocks, never } from './lab.ts';

const LIMITS: Limits = { deadlineMs: 5_000, signal: never };
const SPEC = { holderIdentity: '', leaseTransitions: 4 };

/** A Lease in memory, and a holding of it by `us`; `meanwhile` happens before the next request that writes. */
function world(leaseMs = 10_000) {
  const clocks = handClocks();
  const asked: { readonly what: string; readonly spec?: unknown; readonly deadlineMs: number }[] = [];
  let stored: Lease | null = null;
  let next: () => void = () => {};
  let version = 0;

  function store(spec: object, uid = stored?.uid ?? 'uid-1'): Lease {
    version += 1;
    stored = leaseOf({ kind: 'Lease', metadata: { uid, resourceVersion: String(version) }, spec: { ...spec } });
    return stored;
  }

  function arrive(what: string, { deadlineMs }: Limits, spec?: unknown): void {
    asked.push({ what, spec, deadlineMs });
    const act = next;
    next = () => {};
    act();
  }

  const leases: Pick<Leases, 'read' | 'create' | 'replace'> = {
    async read({ deadlineMs }) {
      asked.push({ what: 'read', deadlineMs });
      return stored;
    },
    async create(spec, limits) {
      arrive('create', limits, spec);
      if (stored !== null) throw new KubernetesProblem('exists', 'it is there');
      return store(spec);
    },
    async replace(object, limits) {
      const { metadata, spec } = object as Record<'metadata' | 'spec', Record<string, string>>;
      arrive('replace', limits, spec);
      if (stored === null) throw new KubernetesProblem('notFound', 'it is not there');
      if (metadata['resourceVersion'] !== stored.version) throw new KubernetesProblem('conflict', 'it has changed');
      return { lease: store(spec), isNew: false };
    },
  };

  const holding = createHolding({
    leases: leases as Leases,
    leaseMs,
    title: 'us',
    clocks,
    newMicroTime: () => new Date(clocks.wallMs()).toISOString(),
  });
  return {
    holding,
    asked,
    clocks,
    leases,
    store,
    stored: () => stored!,
    drop: () => {
      stored = null;
    },
    meanwhile: (act: () => void) => {
      next = act;
    },
    failing: (kind: ProblemKind) => {
      next = () => {
        throw new KubernetesProblem(kind, `it is ${kind}`);
      };
    },
  };
}

describe('a Lease that is taken', () => {
  test('names us, for whole seconds, since now, and counts one change of holder more', async () => {
    const { holding, stored, store, clocks } = world(9_001);
    await holding.take(store({ ...SPEC, strategy: 'theirs' }), LIMITS.deadlineMs);
    const now = new Date(clocks.wallMs()).toISOString();
    expect(stored().object['spec']).toEqual({
      holderIdentity: 'us',
      leaseDurationSeconds: 10,
      acquireTime: now,
      renewTime: now,
      leaseTransitions: 5,
      strategy: 'theirs',
    });
    expect([holding.isHeld(), holding.isUnsure()]).toEqual([true, false]);
  });

  test('is ours no longer once it was deleted and made anew, though it has our name', async () => {
    const { holding, store, stored } = world();
    await holding.take(null, LIMITS.deadlineMs);
    const { spec } = stored().object as { spec: object };
    expect(holding.recognizes(store(spec, 'uid-1'))).toBe(true);
    expect(holding.recognizes(store(spec, 'uid-2'))).toBe(false);
    expect([holding.isHeld(), holding.isUnsure()]).toEqual([false, false]);
  });

  test('is not ours where we have asked for nothing, though it has our name', () => {
    const { holding, store } = world();
    expect(holding.recognizes(store({ ...SPEC, holderIdentity: 'us' }))).toBe(false);
  });
});

describe('a request that failed', () => {
  test.each(['credentials', 'unauthorized', 'forbidden', 'refused', 'stranger'] as const)(
    'because it was %s has taken nothing: there is nothing to give back, and the next one counts anew',
    async (kind) => {
      const { holding, failing, clocks, asked } = world();
      failing(kind);
      await expect(holding.take(null, LIMITS.deadlineMs)).rejects.toMatchObject({ kind });
      expect(holding.isUnsure()).toBe(false);
      await holding.giveBack(never);
      expect(asked).toHaveLength(1);
      clocks.pass(4_000);
      await holding.take(null, LIMITS.deadlineMs);
      expect(holding.leaseLeftMs()).toBe(10_000);
    },
  );

  test.each(['transient', 'conflict', 'exists', 'unreadable'] as const)(
    'because it was %s may have taken it: it counts from there until the Lease says otherwise',
    async (kind) => {
      const { holding, failing, clocks, store } = world();
      failing(kind);
      await expect(holding.take(null, LIMITS.deadlineMs)).rejects.toMatchObject({ kind });
      clocks.pass(4_000);
      expect([holding.isHeld(), holding.isUnsure(), holding.leaseLeftMs()]).toEqual([false, true, 6_000]);
      expect(holding.recognizes(store({ ...SPEC, holderIdentity: 'us' }))).toBe(true);
      expect([holding.isHeld(), holding.leaseLeftMs()]).toEqual([true, 6_000]);
    },
  );

  test('has left nothing where the Lease names another: the next one counts anew', async () => {
    const { holding, failing, clocks, store } = world();
    failing('transient');
    await expect(holding.take(null, LIMITS.deadlineMs)).rejects.toThrow();
    clocks.pass(4_000);
    expect(holding.recognizes(store({ ...SPEC, holderIdentity: 'another' }))).toBe(false);
    expect([holding.isUnsure(), holding.leaseLeftMs()]).toEqual([false, 10_000]);
    await holding.take(store(SPEC), LIMITS.deadlineMs);
    expect(holding.leaseLeftMs()).toBe(10_000);
  });

  test('is looked for when it is given back, and given back where it was ours', async () => {
    const { holding, failing, store, stored, asked } = world();
    failing('transient');
    await expect(holding.take(null, LIMITS.deadlineMs)).rejects.toThrow();
    store({ ...SPEC, holderIdentity: 'us' });
    await holding.giveBack(never);
    expect(stored()).toMatchObject({ holder: '', seconds: 1 });
    expect(asked.map(({ what }) => what)).toEqual(['create', 'read', 'replace']);
  });
});

describe('a renewal', () => {
  async function taken() {
    const all = world();
    await all.holding.take(null, LIMITS.deadlineMs);
    all.asked.splice(0);
    return all;
  }

  test('counts from its sending, and has a quarter of the lease', async () => {
    const { holding, clocks, meanwhile, asked } = await taken();
    clocks.pass(5_000);
    meanwhile(() => clocks.pass(1_500));
    expect(await holding.renew(never)).toBe(null);
    expect(holding.leaseLeftMs()).toBe(8_500);
    expect(asked).toMatchObject([{ what: 'replace', deadlineMs: 2_500 }]);
  });

  test('of what is not ours asks nothing', async () => {
    const { holding, asked } = world();
    expect(await holding.renew(never)).toBe(null);
    expect(asked).toEqual([]);
  });

  test('is sent once more where somebody has changed what is ours still', async () => {
    const { holding, meanwhile, store, stored, asked } = await taken();
    meanwhile(() => store({ ...(stored().object['spec'] as object), strategy: 'theirs' }));
    expect(await holding.renew(never)).toBe(null);
    expect(asked.map(({ what }) => what)).toEqual(['replace', 'read', 'replace']);
    expect(stored()).toMatchObject({ holder: 'us', object: { spec: { strategy: 'theirs' } } });
    expect(holding.isHeld()).toBe(true);
  });

  test.each([
    ['is another’s', 'us-2', 'uid-1'],
    ['was made anew in our name', 'us', 'uid-2'],
    ['was given back', '', 'uid-1'],
  ])('finds the loss of a Lease that %s by then', async (_, holderIdentity, uid) => {
    const { holding, meanwhile, store, asked } = await taken();
    meanwhile(() => store({ ...SPEC, holderIdentity }, uid));
    expect(await holding.renew(never)).toMatch(/^the Lease was deleted, or another one has it$/);
    expect([holding.isHeld(), holding.isUnsure()]).toEqual([false, false]);
    expect(asked.map(({ what }) => what)).toEqual(['replace', 'read']);
  });

  test('finds the loss of a Lease that is not there, and of one that it has made itself', async () => {
    const gone = await taken();
    gone.meanwhile(gone.drop);
    expect(await gone.holding.renew(never)).toBe('the Lease was deleted, or another one has it');
    const made = await taken();
    made.leases.replace = async () => ({ lease: made.stored(), isNew: true });
    expect(await made.holding.renew(never)).toBe('the Lease was deleted, and our renewal has made a new one');
    for (const { holding } of [gone, made]) expect([holding.isHeld(), holding.isUnsure()]).toEqual([false, false]);
  });

  test('that failed loses and renews nothing', async () => {
    const { holding, failing, clocks } = await taken();
    clocks.pass(3_000);
    failing('transient');
    await expect(holding.renew(never)).rejects.toMatchObject({ kind: 'transient' });
    expect([holding.isHeld(), holding.leaseLeftMs()]).toEqual([true, 7_000]);
  });
});

test('who gives it back empties it in a short time, and has nothing afterwards', async () => {
  const { holding, stored, asked, clocks } = world();
  await holding.take(null, LIMITS.deadlineMs);
  clocks.pass(3_000);
  await holding.giveBack(never);
  expect(stored()).toMatchObject({ holder: '', seconds: 1, transitions: 0, uid: 'uid-1' });
  expect(asked.at(-1)).toMatchObject({ what: 'replace', deadlineMs: 2_000 });
  expect([holding.isHeld(), holding.isUnsure(), holding.leaseLeftMs()]).toEqual([false, false, 10_000]);
  await holding.giveBack(never);
  expect(asked.map(({ what }) => what)).toEqual(['create', 'replace']);
});

test('who gives it back while the request for it is on its way waits for that, and has nothing afterwards', async () => {
  const { holding, leases, stored } = world();
  const { create } = leases;
  let arrive = () => {};
  leases.create = async (...request) => {
    await new Promise<void>((resolve) => {
      arrive = resolve;
    });
    return create(...request);
  };
  const taking = holding.take(null, LIMITS.deadlineMs);
  const givingBack = holding.giveBack(never);
  arrive();
  await Promise.all([taking, givingBack]);
  expect(stored()).toMatchObject({ holder: '' });
});

/**
 * Goal: whatever becomes of a holder, of the service or of the way between them, nobody has the lock twice, and who has lost
 * it knows. Method: as locks.test.ts. The services' own ways to lose a quorum are in their rows.
 */
import { describe, expect, test } from 'vitest';
import { HttpProblem } from '../../src/http/problem.ts';
import { failureOf } from '../locks/yt/lab.ts';
import { currentTest, testBesideOthers } from '../support/current-test.ts';
import { until } from '../support/until.ts';
import { CLAIM, granted, never, openBench } from './bench.ts';
import { rowsUnderTest } from './services.ts';

describe.each(rowsUnderTest())('$lock', (row) => {
  /** Leases are waited for here, and nothing else: where the rows of one service do not share it, all at once. */
  const waiting = row.isShared ? test : testBesideOthers;

  test('that was taken away is lost with the next renewal, and given back without hurting the next holder', async () => {
    const { service, node } = await openBench(row, 'real', 'endLease');
    const [a, b] = [await node('a'), await node('b')];
    await a.requestLock(CLAIM, never);
    const second = await b.requestLock(CLAIM, never);
    await service.endLease!();
    expect(await a.renewLock(null, never)).toMatchObject({ standing: 'gone' });
    expect(await granted(b, second)).toMatchObject({ standing: 'held' });
    expect(await a.checkLock(null, never)).toMatchObject({ standing: 'gone' });
    await a.releaseLock(null, never);
    expect(await b.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
  });

  waiting('is kept, and waited for, when what was shown for it ends and another is at hand', async () => {
    const { service, node } = await openBench(row, 'real', 'expire');
    const { flags, end } = await service.expire!();
    const [a, b, c] = [await node('a', {}, flags), await node('b', {}, flags), await node('c', {}, flags)];
    await a.requestLock(CLAIM, never);
    const second = await b.requestLock(CLAIM, never);
    await c.held!(never);
    const waiting = granted(b, second).catch(() => null);
    await end();
    // One refusal is no loss: the machine asks again, for as long as the lease lasts.
    await until('what is shown now is taken', () => a.renewLock(null, never).catch(() => null));
    expect(await a.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
    // To who gets in line, a refusal is final: what has ended is replaced within the request.
    expect(await c.requestLock(CLAIM, never)).toMatchObject({ standing: 'queued' });
    await c.releaseLock(null, never);
    await a.releaseLock(null, never);
    const found = (await waiting) ?? (await until('the next is answered', () => granted(b, second).catch(() => null)));
    expect(found).toMatchObject({ standing: 'held' });
    expect(await b.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
  });

  test('takes no second place however one request or reply is lost', async () => {
    const { service, node, inLine } = await openBench(row, 'real');
    if (service.flags['lock'] === 'file') currentTest().skip('it sends nothing');
    for (const half of ['before', 'after'] as const) {
      for (let lost = 1; lost <= 4; lost += 1) {
        let count = 0;
        const drop = (): void => {
          count += 1;
          if (count === lost) throw new HttpProblem('truncated', 'the connection ended');
        };
        const [a, c] = [await node('a'), await node('c')];
        await a.requestLock(CLAIM, never);
        const b = await node('b', { [half]: drop });
        const first = await b.requestLock(CLAIM, never).catch(() => b.requestLock(CLAIM, never));
        expect(first).toMatchObject({ standing: 'queued', ahead: inLine(1) });
        expect(await c.requestLock(CLAIM, never)).toMatchObject({ standing: 'queued', ahead: inLine(2) });
        for (const each of [c, b, a]) await each.releaseLock(null, never).catch(() => each.releaseLock(null, never));
        const d = await node('d');
        expect(await d.requestLock(CLAIM, never), `${half} ${lost}`).toMatchObject({ standing: 'held' });
        await d.releaseLock(null, never);
      }
    }
  });

  test('is kept over a restart of the service, whose absence is trouble and no loss', async () => {
    const { service, node } = await openBench(row, 'real', 'stop', 'start');
    const [a, b, c] = [await node('a'), await node('b'), await node('c')];
    await a.requestLock(CLAIM, never);
    await b.requestLock(CLAIM, never);
    await service.stop!();
    expect(await failureOf(a.renewLock(null, never))).toMatchObject({ kind: 'lockUnavailable' });
    expect(await failureOf(b.checkLock(null, never))).toMatchObject({ kind: 'lockUnavailable' });
    expect(await failureOf(c.requestLock(CLAIM, never))).toMatchObject({ kind: 'lockUnavailable' });
    await service.start!();
    await until('the service answers', () => a.renewLock(null, never).catch(() => null));
    expect(await a.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
    await a.releaseLock(null, never);
    expect(await granted(b, await b.checkLock(null, never))).toMatchObject({ standing: 'held' });
  });

  test('is kept while the service has no quorum, which is trouble and no loss', async () => {
    const { service, node } = await openBench(row, 'cluster', 'loseQuorum');
    const [a, b, c] = [await node('a'), await node('b'), await node('c')];
    await a.requestLock(CLAIM, never);
    await b.requestLock(CLAIM, never);
    const regain = await service.loseQuorum!();
    const trouble = { kind: 'lockUnavailable', message: expect.stringMatching(/\w/) };
    const asked = [a.renewLock(null, never), b.checkLock(null, never), c.requestLock(CLAIM, never)];
    for (const each of asked.map((one) => failureOf(one))) expect(await each).toMatchObject(trouble);
    await regain();
    await until('the service answers', () => a.renewLock(null, never).catch(() => null));
    expect(await a.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
    await a.releaseLock(null, never);
    const next = await until('the service answers', () => b.checkLock(null, never).catch(() => null));
    expect(await granted(b, next)).toMatchObject({ standing: 'held' });
  });

  waiting('of a process that is killed passes to the next', async () => {
    const { node, processOf } = await openBench(row, 'fast');
    const [holder, b] = [await processOf('a'), await node('b')];
    expect(await holder.ask('request')).toMatchObject({ answer: { standing: 'held' } });
    const second = await b.requestLock(CLAIM, never);
    expect(second.standing).toBe('queued');
    holder.kill('SIGKILL');
    expect(await granted(b, second)).toMatchObject({ standing: 'held' });
  });

  waiting('of a process that is stopped for longer than its lease is lost to it, and known to be', async () => {
    if (!row.leaseEnds) currentTest().skip('its lock lasts as long as its owner lives');
    const { node, processOf } = await openBench(row, 'fast');
    const [holder, b] = [await processOf('a'), await node('b')];
    await holder.ask('request');
    const second = await b.requestLock(CLAIM, never);
    holder.kill('SIGSTOP');
    expect(await granted(b, second)).toMatchObject({ standing: 'held' });
    holder.kill('SIGCONT');
    expect(await holder.ask('renew')).toMatchObject({ answer: { standing: 'gone' } });
    expect(await holder.ask('release')).toEqual({ answer: { released: true } });
    expect(await b.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
  });

  waiting('of a node that is cut off is lost to it, and known to be once it is back', async () => {
    if (!row.leaseEnds) currentTest().skip('its lock lasts as long as its owner lives');
    const { node, shortly } = await openBench(row, 'fast');
    let isCut = false;
    const before = (): void => {
      if (isCut) throw new HttpProblem('timeout', 'nothing comes back');
    };
    const [a, b] = [await shortly('a', { before }), await node('b')];
    await a.requestLock(CLAIM, never);
    const second = await b.requestLock(CLAIM, never);
    isCut = true;
    expect(await failureOf(a.renewLock(null, never))).toMatchObject({ kind: 'lockUnavailable' });
    expect(await granted(b, second)).toMatchObject({ standing: 'held' });
    expect(await failureOf(a.renewLock(null, never))).toMatchObject({ kind: 'lockUnavailable' });
    isCut = false;
    expect(await a.renewLock(null, never)).toMatchObject({ standing: 'gone' });
    expect(await a.releaseLock(null, never)).toEqual({ released: true });
    expect(await b.renewLock(null, never)).toMatchObject({ standing: 'renewed' });
  });
});

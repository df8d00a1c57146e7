import { expect, test } from 'vitest';
import { Failed } from '../../src/failure.ts';
import { createRedactor } from '../../src/text/redact.ts';
import { exits, fakeChildren } from '../support/fake-child.ts';
import { type HELD, inTurn, queued } from '../support/fake-services.ts';
import { answer, pod } from '../support/pods.ts';
import { fakeRun, printing } from './fake-run.ts';
import { FakeStderr } from './fake-stderr.ts';

test('no text of anybody can begin a second line, steer a terminal or turn one around', async () => {
  const evil = 'x\n2026-11-23T03:40:00.000Z INFO  forged\r\u001b[2J\u202e\u2028\u0085\u0000"=';
  const children = fakeChildren({ refresh: [printing(1, evil.replaceAll('\n', '\r'), evil)], handbrake: [exits(0)] });
  const { stderr } = await fakeRun({
    report: { logLevel: 'DEBUG', facts: { evil } },
    children,
    answers: {
      takeRunLock: { owner: null, orphan: null, memory: { generations: {}, lastRefresh: null }, notes: [evil] },
      resolveGroups: {
        answers: [answer([pod(evil), pod('a'), pod('b')], { detail: evil })],
      },
      requestLock: inTurn<typeof HELD>(new Failed('lockUnavailable', evil), queued(1, evil)),
      releaseLock: new Failed('lockUnavailable', evil),
    },
  });
  expect(stderr.lines.length).toBeGreaterThan(15);
  for (const line of stderr.lines) {
    expect(line).toMatch(/^2026-11-23T03:4\d:\d\d\.\d{3}Z (DEBUG|INFO |WARN |ERROR) run=1f3a9c2e7b5d0468 /);
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  }
});

test('a secret never appears, whatever it hides in and wherever a line is cut', async () => {
  const secret = 'AQAD-canary/7f3b1c9e=';
  const hidden = [secret, encodeURIComponent(secret), Buffer.from(`user:${secret}`).toString('base64')].join(' ');
  const cut = `${'x'.repeat(1_990)}${secret}`;
  const children = fakeChildren({ refresh: [printing(1, hidden, hidden)] });
  for (const stderr of [new FakeStderr(), new FakeStderr({ isTTY: true })]) {
    await fakeRun({
      stderr,
      report: { logLevel: 'DEBUG', redact: createRedactor([secret]), facts: { hidden } },
      children,
      answers: {
        takeRunLock: {
          owner: null,
          orphan: null,
          memory: { generations: {}, lastRefresh: null },
          notes: [hidden, cut],
        },
        requestLock: inTurn<typeof HELD>(new Failed('lockUnavailable', hidden), queued(1, hidden)),
        checkLock: new Failed('lockDenied', hidden),
      },
    });
    expect(stderr.written).toContain('***');
    expect(stderr.written).not.toContain('canary');
    expect(stderr.written).not.toContain('AQAD');
    expect(stderr.written).not.toContain(Buffer.from('canary').toString('base64').slice(2, 7));
  }
});

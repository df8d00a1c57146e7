import { describe, expect, test } from 'vitest';
import {
  commandEnd,
  doubtOf,
  emptyPrimerFailure,
  failed,
  handbrakeFailure,
  ineffectiveFailure,
  LEASE_TOO_SHORT,
  outOfTimeFailure,
  refreshFailure,
  unverifiedFailure,
} from '../../machines/failures.ts';
import type { CommandResult } from '../../machines/vocabulary.ts';
import { result } from '../support/command-result.ts';

describe('how a command ended is said in a clause', () => {
  test.each<[Partial<CommandResult>, string]>([
    [{ code: 0 }, 'the refresh command exited with 0'],
    [{ code: 3 }, 'the refresh command exited with 3'],
    [{ code: null, signal: 'SIGSEGV' }, 'the refresh command was ended by SIGSEGV'],
    [{ how: 'timedOut', code: null }, 'the refresh command took too long and was stopped'],
    [{ how: 'unkillable', code: null }, 'the refresh command could not be killed'],
    [
      { how: 'unkillable', code: 0, survivors: 1 },
      'the refresh command could not be killed: 1 process of its group still runs, which is of another user (started by sudo, say) or hangs in the system',
    ],
    [
      { how: 'unkillable', code: 0, survivors: 2 },
      'the refresh command could not be killed: 2 processes of its group still run, which are of another user (started by sudo, say) or hang in the system',
    ],
    [{ how: 'stopped', code: 0 }, 'the refresh command was stopped'],
    [
      { how: 'leftOthers', survivors: 1 },
      'the refresh command exited with 0 and left 1 process of its group running, which had to be stopped',
    ],
    [
      { how: 'leftOthers', code: 2, survivors: 3 },
      'the refresh command exited with 2 and left 3 processes of its group running, which had to be stopped',
    ],
    [{ how: 'notStarted', message: 'haproxy_refresh_command: no such file' }, 'haproxy_refresh_command: no such file'],
  ])('%j', (how, expected) => {
    expect(commandEnd('refresh', result(how))).toBe(expected);
  });

  test('by the name of the command', () => {
    expect(commandEnd('handbrake', result({ code: 2 }))).toBe('the handbrake command exited with 2');
  });
});

describe('the failure of a refresh', () => {
  test.each<[CommandResult['how'], string]>([
    ['exited', 'refreshFailed'],
    ['stopped', 'refreshFailed'],
    ['leftOthers', 'refreshLeftOthers'],
    ['unkillable', 'refreshTimeout'],
    ['timedOut', 'refreshTimeout'],
    ['notStarted', 'refreshNotStarted'],
  ])('that ended as %s is of the kind %s', (how, kind) => {
    expect(refreshFailure(result({ how, code: 1 })).kind).toBe(kind);
  });

  test('has the last line that was printed, and no advice that is none of its business', () => {
    const output = { stdout: 'fine\n', stderr: 'bad config\nat line 3\n', droppedBytes: 0 };
    expect(refreshFailure(result({ code: 1, output })).message).toBe(
      'the refresh command exited with 1 (last line: at line 3)',
    );
    expect(refreshFailure(result({ code: 1 })).message).toBe('the refresh command exited with 1');
  });

  test('that left processes says what they need to stay', () => {
    expect(refreshFailure(result({ how: 'leftOthers', survivors: 1 })).message).toMatch(
      /which had to be stopped; if HAProxy was among them, it is down now: .* session of its own .*redirected$/,
    );
  });
});

test('a handbrake that says neither yes nor no says what it should', () => {
  expect(handbrakeFailure(result({ code: 7 }))).toEqual({
    kind: 'handbrakeBroken',
    message: 'the handbrake command exited with 7; expected exit code 0 (released) or 1 (engaged)',
  });
});

test('what ended a run is named', () => {
  expect(failed(LEASE_TOO_SHORT)).toEqual({ kind: 'failed', failure: LEASE_TOO_SHORT });
  expect(LEASE_TOO_SHORT.kind).toBe('lockLost');
  expect(LEASE_TOO_SHORT.message).toMatch(/^too little of the cluster lock’s lease was left/);
  expect(ineffectiveFailure(3)).toEqual({
    kind: 'refreshIneffective',
    message: expect.stringMatching(/^3 refreshes /),
  });
  expect(outOfTimeFailure(null)).toEqual({
    kind: 'lockTimeout',
    message: 'haproxy_timeout was over before the refresh could start',
  });
  expect(outOfTimeFailure({ kind: 'lockUnavailable', message: 'no answer' }).message).toBe(
    'haproxy_timeout was over before the refresh could start; the lock service: no answer',
  );
});

test('a refresh that was not seen to be effective says why, as far as that is known', () => {
  const because = (why: string) => ({
    kind: 'refreshIneffective',
    message: `the refresh command ended well, but was not seen to be effective: ${why}`,
  });
  const doubt = (missing: readonly string[]) => unverifiedFailure(doubtOf({ missing, isOld: true }));
  expect(doubt(['a', 'b'])).toEqual(because('HAProxy has no server for a, b'));
  expect(doubt([])).toEqual(because('HAProxy’s process is the one from before the refresh'));
  expect(unverifiedFailure(null)).toEqual(because('haproxy_verify_timeout was over first'));
});

test('a primer without groups is named, with what to do', () => {
  expect(emptyPrimerFailure('/primer.json')).toEqual({
    kind: 'primerUnreadable',
    message:
      'the primer cannot be used: /primer.json: has no endpoint sets, so that no change could ever be seen ' +
      '(have the file written again, or set allow_empty where it is meant to be so)',
  });
});

import { getEventListeners } from 'node:events';
/** A command as a source: what it is asked, what it may print, and how its end is read. Real processes throughout. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { AskCommand } from '../../../src/command/ask-command.ts';
import { createLoneCommands } from '../../../src/command/lone-commands.ts';
import type { CommandSpec } from '../../../src/config/value-types.ts';
import { command } from '../../../src/discovery/command/backend.ts';
import { createCommandSource } from '../../../src/discovery/command/source.ts';
import { firstLine, temporaryDirectory, untilEmpty } from '../../command/child-bench.ts';
import { commandSource } from '../../support/ask-command.ts';

const never = new AbortController().signal;
const groups = ['one', 'two'].map((endpointSet) => ({ cluster: 'dc1', endpointSet }));
const asked = {
  endpoint_sets: groups.map(({ endpointSet }) => ({ cluster_name: 'dc1', endpoint_set_id: endpointSet })),
};

afterEach(() => {
  vi.unstubAllEnvs();
});

type Options = Parameters<typeof commandSource>[1];

async function ask(command: CommandSpec, options: Options = {}) {
  return (await commandSource(command, options)({ groups }, never)).answers;
}

function printing(...sets: readonly object[]): CommandSpec {
  const named = sets.map((set, at) => ({ cluster_name: 'dc1', endpoint_set_id: groups[at]!.endpointSet, ...set }));
  return ['printf', '%s', JSON.stringify({ endpoint_sets: named })];
}

const pods = { endpoints: [{ id: 'b' }, { id: 'a', fqdn: 'A.example.net.', port: 80 }] };

describe('the question', () => {
  test.each(['cat', 'cat /dev/stdin', 'read -r line; printf "%s" "$line"'])(
    'is on stdin, whoever reads it: %s',
    async (reader) => {
      const file = join(temporaryDirectory(), 'asked');
      await ask(`${reader} > ${file}; echo end >> ${file}`);
      expect(JSON.parse((await firstLine(file)).replace(/end$/, ''))).toEqual(asked);
    },
  );

  test('may be left unread, and leaves no file behind', async () => {
    const folder = temporaryDirectory();
    vi.stubEnv('TMPDIR', folder);
    expect(await ask(printing(pods))).toMatchObject([{ verdict: 'ok' }, { verdict: 'missing' }]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that cannot be written starts nothing', async () => {
    vi.stubEnv('TMPDIR', '/proc/none');
    const detail =
      'the source command was not started: source_command: its stdin cannot be made in /proc/none: no such file or folder (see TMPDIR)';
    expect(await ask('true')).toMatchObject(groups.map(() => ({ verdict: 'unavailable', detail })));
  });

  test('is not asked about nothing', async () => {
    const ask = vi.fn<AskCommand>();
    expect(await createCommandSource({ command: 'true', timeoutMs: 1, ask })({ groups: [] }, never)).toEqual({
      answers: [],
    });
    expect(ask).not.toHaveBeenCalled();
  });

  test('is asked of the configured command, for as long as it may take', async () => {
    const asking = new Promise<Parameters<AskCommand>>((resolve) => {
      const askCommand: AskCommand = (...question) => {
        resolve(question);
        return new Promise(() => {});
      };
      const context = { askCommand } as unknown as Parameters<typeof command.create>[1];
      void command.create({ sourceCommand: ['ask', 'who'], sourceTimeoutMs: 7_000 }, context)({ groups }, never);
    });
    expect(await asking).toEqual([
      expect.objectContaining({ command: ['ask', 'who'], timeLimitMs: 7_000, stdin: `${JSON.stringify(asked)}\n` }),
      never,
    ]);
  });

  test('comes with the environment of every command, and when its time is over', async () => {
    const environment = { PATH: '/usr/bin:/bin', YT_TOKEN: 'secret', TZ: 'UTC' };
    const names = `env | cut -d= -f1 | sort | tr '\\n' ' ' >&2; exit 1`;
    const [answer] = await ask(names, { environment });
    expect(answer!.detail).toContain('(last line: PATH PWD TZ WATCHER_DEADLINE WATCHER_RUN_ID)');
  });
});

describe('what it prints', () => {
  test('is read by the primer’s rules, and a group that is not printed is missing', async () => {
    expect(await ask(printing(pods))).toEqual([
      {
        ...groups[0],
        verdict: 'ok',
        endpoints: [
          { id: 'a', fqdn: 'a.example.net', ip4: null, ip6: null, port: 80 },
          { id: 'b', fqdn: 'b', ip4: null, ip6: null, port: null },
        ],
        generation: null,
        detail: null,
      },
      {
        ...groups[1],
        verdict: 'missing',
        endpoints: [],
        generation: null,
        detail: 'the source command did not print it',
      },
    ]);
  });

  test('may have a generation, and sets that nobody asked for', async () => {
    const text =
      '{"generation": 18446744073709551615, "endpoint_sets": [{"cluster_name": "x", "endpoint_set_id": "y"}]}';
    expect(await ask(['printf', '%s', text])).toMatchObject(
      groups.map(() => ({ verdict: 'missing', generation: '18446744073709551615' })),
    );
  });

  test.each(['missing', 'empty', 'unchanged', 'stale', 'denied', 'unavailable', 'invalid'])(
    'may have the verdict %s, and why',
    async (verdict) => {
      const [answer] = await ask(printing({ verdict, detail: 'token\nexpired' }));
      expect(answer).toMatchObject({ verdict, endpoints: [], detail: 'token\\u{a}expired' });
    },
  );

  test.each(['stale', 'denied', 'unavailable', 'unchanged', 'invalid'])(
    'is no list of pods with the verdict %s',
    async (verdict) => {
      expect(await ask(printing({ verdict, ...pods }))).toMatchObject([{ verdict, endpoints: [] }, {}]);
    },
  );

  test('is ok or empty by its pods where the verdict says ok', async () => {
    const answers = await ask(printing({ verdict: 'ok', ...pods }, { verdict: 'ok', endpoints: [] }));
    expect(answers).toMatchObject([{ verdict: 'ok' }, { verdict: 'empty' }]);
  });

  test.each<[string, CommandSpec, string]>([
    ['nothing', 'true', 'nothing at all'],
    ['no JSON', 'echo hello', 'not JSON: line 1, column 1: expected a value'],
    ['half of it', `printf '{"endpoint_sets": [{"cluster_name": "dc1"'`, 'not JSON: line 1'],
    ['more than it', `echo '{"endpoint_sets": []} bye'`, 'not JSON: line 1, column 23: expected the end of the text'],
    ['bytes', `printf '{"endpoint_sets": [], "x": "\\377"}'`, 'not valid UTF-8'],
    ['another shape', `echo '[]'`, 'expected an object with the key endpoint_sets, got a list'],
    ['no list', `echo '{}'`, 'endpoint_sets: is missing'],
    ['an unknown verdict', printing({ verdict: 'fine' }), 'endpoint_sets[0].verdict: expected one of ok, empty'],
    ['a detail that is no text', printing({ detail: 1 }), 'endpoint_sets[0].detail: expected a text, got 1'],
    [
      'a contradiction',
      printing({ verdict: 'empty', ...pods }),
      'the verdict empty of dc1/one contradicts a list of 2',
    ],
    [
      'another contradiction',
      printing({ verdict: 'missing', ...pods }),
      'the verdict missing of dc1/one contradicts a list of 2',
    ],
    ['a pod without id', printing({ endpoints: [{ fqdn: 'a' }] }), 'endpoint_sets[0].endpoints[0].id: is missing'],
    [
      'one set with two verdicts',
      printing({ verdict: 'denied' }, { endpoint_set_id: 'one' }),
      'endpoint_sets[1].verdict: differs from that of the same endpoint set before',
    ],
  ])('is invalid, for every group, when it is %s', async (_, command, why) => {
    const answers = await ask(command);
    expect(answers).toMatchObject(groups.map(() => ({ verdict: 'invalid', endpoints: [] })));
    expect(answers[0]!.detail).toContain(`the source command printed what cannot be read: ${why}`);
  });

  test('is reported with the last line of its stderr when it is invalid', async () => {
    const [answer] = await ask('echo garbage; echo first >&2; echo "no such tenant" >&2');
    expect(answer!.detail).toMatch(/expected a value \(last line: no such tenant\)$/);
  });

  test('is not read beyond its limit, and the command is stopped', async () => {
    const answers = await ask('yes', { maxBytes: 100_000 });
    expect(answers).toMatchObject(
      groups.map(() => ({ verdict: 'invalid', detail: 'the source command printed more than 100000 bytes' })),
    );
  });

  test('counts also when something that it left behind had to be stopped', async () => {
    const file = join(temporaryDirectory(), 'group');
    const text = (printing(pods) as readonly string[])[2]!;
    const [answer] = await ask(`printf '%s' '${text}'; sleep 300 >/dev/null 2>&1 & echo $$ > ${file}`);
    expect(answer).toMatchObject({ verdict: 'ok' });
    await untilEmpty(Number(await firstLine(file)));
  });
});

describe('a command that fails', () => {
  test.each<[string, CommandSpec, Options, string]>([
    [
      'exits with 3',
      'echo "{}"; echo "no route" >&2; exit 3',
      {},
      'the source command exited with 3 (last line: no route)',
    ],
    ['kills itself', 'kill -KILL $$', {}, 'the source command was ended by SIGKILL'],
    [
      'takes too long',
      'echo waiting >&2; sleep 300',
      { timeoutMs: 2_000 },
      'took too long and was stopped (last line: waiting)',
    ],
    [
      'ignores TERM',
      "trap '' TERM; while :; do sleep 1; done",
      { timeoutMs: 300, killGraceMs: 100 },
      'took too long and was stopped',
    ],
    ['is not there', ['/none/ask'], {}, 'the source command was not started: source_command: /none/ask does not exist'],
    ['is not for us', ['/etc/passwd'], {}, 'source_command: /etc/passwd is not executable for this user'],
  ])('makes every group unavailable: %s', async (_, command, options, why) => {
    const answers = await ask(command, options);
    expect(answers).toMatchObject(groups.map(() => ({ verdict: 'unavailable', endpoints: [] })));
    expect(answers[0]!.detail).toContain(why);
  });

  test('shows no secret in what it says', async () => {
    const [answer] = await ask('echo "bad token hunter2" >&2; exit 1', {
      redact: (text) => text.replaceAll('hunter2', '***'),
    });
    expect(answer!.detail).toBe('the source command exited with 1 (last line: bad token ***)');
  });
});

test('a command that is over leaves nothing behind on the signal of its run', async () => {
  const { signal } = new AbortController();
  for (const command of [`echo '{"endpoint_sets": []}'`, 'exit 1']) await commandSource(command)({ groups }, signal);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

describe('an abort', () => {
  test('stops the whole group before anything else is reported', async () => {
    const file = join(temporaryDirectory(), 'group');
    const controller = new AbortController();
    const source = commandSource(`trap '' TERM; echo $$ > ${file}; sleep 300 & wait; sleep 300`, { killGraceMs: 100 });
    const answer = source({ groups }, controller.signal).catch((error: unknown) => error);
    const group = Number(await firstLine(file));
    controller.abort();
    expect(await answer).toMatchObject({ failure: { kind: 'aborted' } });
    await untilEmpty(group);
  });

  test('that came before starts nothing', async () => {
    const file = join(temporaryDirectory(), 'ran');
    await expect(commandSource(`touch ${file}`)({ groups }, AbortSignal.abort())).rejects.toMatchObject({
      failure: { kind: 'aborted' },
    });
    expect(readdirSync(join(file, '..'))).toEqual([]);
  });

  test('is waited for: nothing of any command is left when all have ended', async () => {
    const file = join(temporaryDirectory(), 'group');
    const commands = createLoneCommands({
      runId: 'run-1',
      looksAtPrograms: true,
      killGraceMs: 100,
      environment: { PATH: process.env['PATH'] },
      redact: (text) => text,
    });
    const controller = new AbortController();
    const question = {
      command: `trap '' TERM; echo $$ > ${file}; sleep 300; sleep 300`,
      timeLimitMs: 60_000,
      stdin: '',
      maxBytes: 1,
    };
    const asking = commands.ask(question, controller.signal).catch(() => {});
    const group = Number(await firstLine(file));
    controller.abort();
    await commands.allEnded();
    await untilEmpty(group);
    await asking;
  });
});

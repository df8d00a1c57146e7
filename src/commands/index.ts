import { VERSION } from '../version.ts';
import { ANSWER_CODES } from './answer-codes.ts';
import type { Command, CommandTable } from './command.ts';
import { OPERATING } from './operating.ts';

const json = { kind: 'switch', doc: 'Answer in JSON.' } as const;

/** Everything that the program can be asked by a word: a row here and a file beside it are all of a command. */
export const COMMANDS: readonly Command[] = [
  {
    name: '',
    calls: [['[flags]', 'one run, as cron starts it']],
    takesKeys: true,
    async start({ flags }) {
      const { runOnce } = await import('./run-once.ts');
      return { text: '', code: await runOnce(flags) };
    },
  },
  {
    name: 'config',
    calls: [
      ['config [--json] [--changed] [flags]', 'print every value and where it comes from'],
      ['config --schema', 'print a JSON Schema of the configuration file, for editors'],
    ],
    own: {
      json,
      changed: { kind: 'switch', doc: 'Print only what is not at its default.' },
      schema: { kind: 'switch', doc: 'Print a JSON Schema of the configuration file; no setting changes it.' },
    },
    takesKeys: true,
    async start({ flags, own }) {
      const { showConfig, showSchema } = await import('./show-config.ts');
      return own['schema']
        ? showSchema(flags)
        : showConfig(flags, { json: own['json'] === true, changed: own['changed'] === true });
    },
  },
  {
    name: 'status',
    calls: [['status [--cluster] [--json | --watch] [flags]', 'show what goes on on this node, and what to do next']],
    codes: ANSWER_CODES.status,
    codeWhenStuck: ANSWER_CODES.status.unknown.code,
    own: {
      json,
      cluster: { kind: 'switch', doc: 'Show every node on the board as well, one a line.' },
      watch: { kind: 'switch', doc: 'Show it again every two seconds, until it is stopped.' },
    },
    takesKeys: true,
    async start({ flags, own }) {
      const { showStatus, watchStatus } = await import('./show-status.ts');
      const request = { json: own['json'] === true, cluster: own['cluster'] === true };
      return own['watch'] ? watchStatus(flags, request) : showStatus(flags, request);
    },
  },
  ...OPERATING,
  {
    name: 'prime',
    calls: [
      ['prime [--check] [--diff] [flags]', 'make HAProxy’s configuration and the primer of what discovery says'],
      ['prime --show_template', 'print the template that ships'],
    ],
    about: ['Unless both can be made, and HAProxy takes the result, nothing is replaced.'],
    codes: ANSWER_CODES.prime,
    own: {
      check: { kind: 'switch', doc: 'Resolve, render and check; replace nothing.' },
      diff: { kind: 'switch', doc: 'The same, and print what would change.' },
      show_template: { kind: 'switch', doc: 'Print the template that ships; no setting changes it.' },
    },
    takesKeys: true,
    async start({ flags, own }) {
      const { primeCommand, showTemplate } = await import('./prime.ts');
      return own['show_template']
        ? showTemplate(flags)
        : primeCommand(flags, { check: own['check'] === true, diff: own['diff'] === true });
    },
  },
  {
    name: 'check',
    calls: [['check [--json] [flags]', 'look at everything that a run needs, at once']],
    about: [
      'It asks the handbrake, the primer, service discovery and the lock service as a run does, and takes and gives back a lock of another name: that of the lock with .probe behind it. It refreshes nothing.',
    ],
    codes: ANSWER_CODES.check,
    codeWhenStuck: ANSWER_CODES.check.bad.code,
    own: { json },
    takesKeys: true,
    async start({ flags, own }) {
      const { check } = await import('./check.ts');
      return check(flags, { json: own['json'] === true });
    },
  },
  {
    name: 'drift',
    calls: [['drift [--json] [flags]', 'say where primer, discovery and the live HAProxy do not agree']],
    about: ['HAProxy is asked at haproxy_socket.'],
    codes: ANSWER_CODES.drift,
    own: { json },
    takesKeys: true,
    async start({ flags, own }) {
      const { showDrift } = await import('./drift.ts');
      return showDrift(flags, { json: own['json'] === true });
    },
  },
  {
    name: 'replay',
    words: '[...files]',
    calls: [['replay [--json] FILE...', 'take recorded runs through today’s machines; say what differs']],
    about: ['FILE is a recording, or a folder of them.'],
    codes: ANSWER_CODES.replay,
    own: { json },
    takesKeys: false,
    async start({ words, own }) {
      const { replayCommand } = await import('./replay.ts');
      return replayCommand(words, { json: own['json'] === true });
    },
  },
  {
    name: 'explain',
    words: '[run]',
    calls: [
      ['explain [RUN] [flags]', 'say of a recorded run why it did, or did not, refresh'],
      ['explain --since DURATION [FOLDER] [flags]', 'list the runs of the last hours, one a line'],
    ],
    about: [
      'RUN is a recording, a folder of them (the newest counts), or the id of a run in record_dir, of which its first four digits are enough. Without it, the newest run in record_dir is explained.',
      'Runs in a row of which the same is to be said are one line of the list. A line that begins with ! did not come to a good end.',
    ],
    codes: ANSWER_CODES.explain,
    own: {
      since: { kind: 'value', placeholder: 'duration', doc: 'List the runs that began so long ago or later: 6h.' },
    },
    takesKeys: true,
    async start({ words, own, flags }) {
      const { explain, explainSince } = await import('./explain.ts');
      const { since } = own;
      return typeof since === 'string' ? explainSince(since, words, flags) : explain(words, flags);
    },
  },
  {
    name: 'graph',
    calls: [
      [
        'graph [--format FORMAT] [--machine NAME] [--run FILE]... [--output FILE]',
        'draw the machines, or where a recorded run went: FORMAT is mermaid, dot, svg, json or html',
      ],
    ],
    own: {
      format: { kind: 'value', placeholder: 'mermaid|dot|svg|json|html', doc: 'Without it, mermaid.' },
      machine: {
        kind: 'value',
        placeholder: 'watcher|clusterLock|command|all',
        doc: 'Which machine; without it watcher, or all of them in json and html.',
      },
      run: { kind: 'list', placeholder: 'file', doc: 'A recording to lay over the graph; html takes several.' },
      output: { kind: 'value', placeholder: 'file', doc: 'Where the drawing is written; stdout without it.' },
    },
    takesKeys: false,
    async start({ own }) {
      const { drawGraph } = await import('./draw-graph.ts');
      return drawGraph(own);
    },
  },
  {
    name: 'completion',
    words: '[shell]',
    choices: ['bash', 'zsh', 'fish'],
    calls: [['completion SHELL', 'print completions for bash, zsh or fish']],
    about: [
      'The Debian packages bring them. Without: watcher completion bash > /etc/bash_completion.d/watcher, watcher completion zsh > /usr/local/share/zsh/site-functions/_watcher, or watcher completion fish > ~/.config/fish/completions/watcher.fish.',
    ],
    takesKeys: false,
    async start({ words }) {
      const { showCompletion } = await import('./show-completion.ts');
      return showCompletion(words[0], COMMAND_TABLE);
    },
  },
  {
    name: 'help',
    words: '[command]',
    calls: [['help [COMMAND]', 'print this text, or all about one command']],
    takesKeys: false,
    async start({ words }) {
      const { showHelp } = await import('./help.ts');
      return showHelp(words[0] ?? '', COMMAND_TABLE);
    },
  },
];

/** What is asked by a flag and not by a word, for a program of this kind has always been asked so. */
export const QUESTIONS: CommandTable['questions'] = {
  get_stats: {
    name: '',
    calls: [['-get_stats [flags]', 'print the statistics file']],
    takesKeys: true,
    async start({ flags }) {
      const { showStatistics } = await import('./show-statistics.ts');
      return showStatistics(flags);
    },
  },
  version: {
    name: '',
    calls: [['-version', 'print the version']],
    takesKeys: true,
    start: async () => ({ text: `${VERSION}\n`, code: 0 }),
  },
};

export const COMMAND_TABLE: CommandTable = { commands: COMMANDS, questions: QUESTIONS };

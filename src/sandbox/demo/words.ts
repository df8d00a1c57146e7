import type { Sandbox } from '../serve.ts';
import type { Played } from './judge.ts';
import { type Playground, watcherArguments } from './playground.ts';
import type { Scene } from './scenes.ts';
import { type Row, table } from './table.ts';
import type { AllTraffic } from './traffic-words.ts';
import type { View } from './view.ts';

/** What all of this is. */
export function introduce(view: View, { playground: { folder }, sandbox, keep, balancing }: Introduced): void {
  view.print('Three balancer nodes share one lock: one at a time may refresh its HAProxy.', 'title');
  view.print(`The watchers are the real program${parts(sandbox)}, on this host.`);
  if (balancing === 'none') view.print('HAProxy is not installed (apt install haproxy): its reload is played.');
  else if (balancing !== null) {
    view.print(
      `${balancing} is real on each node, and gets requests without a pause; one small server plays the pods.`,
    );
  }
  view.print(`Everything below happens in ${folder}`);
  if (!keep) view.print('which is removed in the end; `npm run demo -- --keep` leaves it, with all logs.');
  view.print();
}

interface Introduced {
  readonly playground: Playground;
  readonly sandbox: Sandbox;
  readonly keep: boolean;
  /** The real HAProxy by name and version; `none` where it is not installed; null where it is to be played. */
  readonly balancing: string | null;
}

/** Which parts are real, and which are the sandbox: `; etcd is real too, and YP.SD is the sandbox`. */
function parts({ services }: Sandbox): string {
  const [real, played] = [namesOf(services, true), namesOf(services, false)];
  const verb = (names: readonly string[]) => (names.length > 1 ? 'are' : 'is');
  const isReal = `${real.join(' and ')} ${verb(real)} real too`;
  const isPlayed = `${played.join(' and ')} ${verb(played)} the sandbox`;
  if (real.length === 0) return `; ${isPlayed}`;
  return played.length === 0 ? `; ${isReal}` : `; ${isReal}, and ${isPlayed}`;
}

function namesOf(services: Sandbox['services'], isReal: boolean): readonly string[] {
  return [...new Set(services.filter((service) => service.isReal === isReal).map(({ name }) => name))];
}

/** What is going on in a scene, and the command line that is run. */
export function announce(view: View, number: number, { title, sentence, nodes, flags }: Scene): void {
  const [first = '', ...others] = nodes;
  const alike = others.length === 0 ? '' : `   # and ${others.map((node) => node.replace(/\D+/, '')).join(', ')}`;
  view.print(`${number}. ${title}`, 'title');
  view.print(sentence);
  view.print(`$ node ${watcherArguments(first, flags).join(' ')}${alike}`, 'faint');
}

/** How it all ended, and where to go on. */
export function conclude(
  view: View,
  played: readonly Played[],
  surprises: readonly string[],
  traffic: AllTraffic,
): void {
  const [headings = '', ...rows] = table(played.flatMap(rowsOf));
  view.print(headings, 'title');
  for (const row of rows) view.print(row);
  view.print('The exit codes from 10 on are those of `detailed_exitcode: true` in each watcher.yaml.', 'faint');
  view.print();
  for (const surprise of surprises) view.print(`Unexpected: ${surprise}`, 'bad');
  if (surprises.length > 0) return;
  const refreshes = played
    .filter(({ scene }) => scene.expected.kind === 'refreshed')
    .flatMap(({ scene }) => scene.nodes);
  view.print(`All as expected: ${refreshes.length} refreshes, never two at the same time.`, 'good');
  const requests = [...traffic.values()].reduce((sum, each) => sum + each.requests, 0);
  if (requests > 0) view.print(`${requests} requests went through HAProxy meanwhile, and each got its answer.`, 'good');
  view.print('To use it, read README.md. To try things, `npm run sandbox` starts the same');
  view.print('servers for you; docs/sandbox.md says what they can do.');
}

/** Where the files are, and how they can be of use after the demo. */
export function describeKept(view: View, { folder }: Playground, { flags }: Sandbox): void {
  view.print();
  view.print(`Kept: ${folder}`);
  view.print('The commands work there again while the servers run:');
  view.print(`$ npm run sandbox -- ${flags.join(' ')}`, 'faint');
}

function rowsOf({ scene, performances }: Played): Row[] {
  return performances.map(({ story: { node, ending }, end }, index) => ({
    scene: index === 0 ? scene.title : '',
    node,
    outcome: ending?.outcome ?? '-',
    exit: String(end.code ?? '-'),
    waited: ending?.waited ?? '-',
    refreshed: ending?.refresh ?? '-',
  }));
}

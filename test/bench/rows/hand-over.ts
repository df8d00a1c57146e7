import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../../src/sandbox/real/find-program.ts';
import { startConsulLock } from '../../../src/sandbox/stand-ins/consul.ts';
import { startEtcd } from '../../../src/sandbox/stand-ins/etcd.ts';
import { startKubernetesLock } from '../../../src/sandbox/stand-ins/kubernetes.ts';
import type { NodeSettings, StandIn, StandInOptions } from '../../../src/sandbox/stand-ins/stand-in.ts';
import { startYt } from '../../../src/sandbox/stand-ins/yt.ts';
import type { Bench, Figure, Measured } from '../figure.ts';
import { amongOthers, amongWatchers, type HandOver } from '../hand-overs.ts';
import { median } from '../ratios.ts';

const ROUNDS_MAX = 6;

const LOCK_NAME = 'bench/watcher';

/** A lock service, and its own program that runs a command under a lock. */
interface Service {
  readonly lock: string;
  readonly start: (options: StandInOptions) => Promise<StandIn>;
  readonly peer?: { readonly program: string; words(settings: NodeSettings, command: string): readonly string[] };
}

const SERVICES: readonly Service[] = [
  { lock: 'yt', start: startYt },
  {
    lock: 'etcd',
    start: startEtcd,
    peer: {
      program: 'etcdctl',
      words: ({ etcd_endpoints: endpoints, lock_name: name }, command) => [
        `--endpoints=${endpoints}`,
        'lock',
        name!,
        '--',
        'sh',
        '-c',
        command,
      ],
    },
  },
  {
    lock: 'consul',
    start: startConsulLock,
    peer: {
      program: 'consul',
      words: ({ consul_url: url, lock_name: name }, command) => ['lock', `-http-addr=${url}`, name!, command],
    },
  },
  { lock: 'kubernetes', start: startKubernetesLock },
];

/** From the end of one node's refresh command to the start of the next one's, as the commands themselves write it down. */
export async function handOver(bench: Bench): Promise<Measured> {
  const figures: Figure[] = [];
  for (const service of SERVICES) figures.push(...(await figuresOf(service, bench)));
  return { figures };
}

async function figuresOf({ lock, start, peer }: Service, bench: Bench): Promise<readonly Figure[]> {
  const folder = join(bench.folder, lock);
  const server = await start({ token: 'bench-token', lockName: LOCK_NAME, prefersReal: true });
  const program = peer !== undefined && server.isReal ? findProgram(peer.program) : null;
  const ours: HandOver[] = [];
  const theirs: HandOver[] = [];
  try {
    for (let round = 0; round < Math.min(bench.rounds, ROUNDS_MAX); round += 1) {
      mkdirSync(join(folder, `${round}`), { recursive: true });
      const settings = server.equip(folder);
      ours.push(...(await amongWatchers(bench, join(folder, `${round}`), { lock, ...settings })));
      if (peer === undefined || program === null) continue;
      const words = (command: string) => [program, ...peer.words(settings, command)];
      theirs.push(...(await amongOthers(join(folder, `peer-${round}`), words)));
    }
  } finally {
    await server.close();
  }
  if (peer !== undefined && program === null) console.log(`  ${lock}: no peer: ${peer.program} is not installed`);
  const name = `\`${lock}\`${server.isReal ? '' : ', played'}`;
  return [
    ...alone(lock, name, ours),
    ...(theirs.length === 0 ? [] : beside(`\`${peer!.program} lock\``, name, ours, theirs)),
  ];
}

function alone(lock: string, name: string, ours: readonly HandOver[]): readonly Figure[] {
  const whole = median(ours.map(({ wholeMs }) => wholeMs));
  const own = median(ours.map(({ ownMs }) => ownMs));
  return [
    { what: `${name}, from command to command`, value: whole, unit: 'ms', goal: null },
    { what: `${name}, without second look and handbrake`, value: own, unit: 'ms', goal: lock === 'yt' ? 60 : null },
  ];
}

function beside(peer: string, name: string, ours: readonly HandOver[], theirs: readonly HandOver[]): readonly Figure[] {
  const [own, other] = [ours, theirs].map((each) => median(each.map(({ ownMs }) => ownMs))) as [number, number];
  return [
    { what: `${peer} on the same server`, value: other, unit: 'ms', goal: null },
    { what: `${name} without second look and handbrake, over ${peer}`, value: own / other, unit: '×', goal: 1.5 },
  ];
}

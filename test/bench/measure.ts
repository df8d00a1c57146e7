import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PROGRAMS } from './place.ts';

/** What one run of a program, with all that it started, has cost. */
export interface Cost {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly peakMb: number;
}

export interface Command {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Done before each run, and not measured. */
  readonly before?: () => void;
}

/** The programs that are compared, by name. */
export type Commands<Name extends string> = Readonly<Record<Name, Command>>;
export type Costs<Name extends string> = Readonly<Record<Name, readonly Cost[]>>;

const MEASURED = join(PROGRAMS, 'measured.py');

/** Runs them in turn, there and back: A B, B A. What slows the host down for a while then strikes both. */
export async function measureInTurn<Name extends string>(
  commands: Commands<Name>,
  rounds: number,
  warmUp = true,
): Promise<Costs<Name>> {
  const names = Object.keys(commands) as Name[];
  const costs = Object.fromEntries(names.map((name) => [name, [] as Cost[]])) as Record<Name, Cost[]>;
  if (warmUp) for (const name of names) await measure(commands[name]);
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) costs[name].push(await measure(commands[name]));
  }
  return costs;
}

export async function measure({ words, cwd, env = {}, before = () => {} }: Command): Promise<Cost> {
  before();
  const output = await outputOf(['python3', MEASURED, ...words], cwd, env);
  const { code, ...cost } = JSON.parse(output) as Cost & { readonly code: number };
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code} in ${cwd}`);
  return cost;
}

function outputOf([program, ...words]: readonly string[], cwd: string, env: Command['env']): Promise<string> {
  const child = spawn(program!, words, {
    cwd,
    env: { PATH: '/usr/bin:/bin', HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`${words.join(' ')}: ${code}`))));
  });
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../text/message-of.ts';
import { findProgram } from '../real/find-program.ts';
import type { StandInOptions } from './stand-in.ts';

interface Closable {
  close(): Promise<void>;
}

interface Choice<Name extends string, Real extends Closable, Played extends Closable> {
  /** All of them must be installed for the real one. */
  readonly programs: readonly Name[];
  /** Starts it, with a folder for whatever it keeps. */
  readonly real: (programs: Readonly<Record<Name, string>>, folder: string) => Promise<Real>;
  readonly played: () => Promise<Played>;
}

export interface Chosen {
  readonly isReal: boolean;
  /** Which one it is and why, in parentheses. */
  readonly which: string;
}

/** The real server where it is installed and starts, else the sandbox's own. */
export async function realOr<Name extends string, Real extends Closable, Played extends Closable>(
  { prefersReal = false, host = '127.0.0.1' }: StandInOptions,
  { programs, real, played }: Choice<Name, Real, Played>,
): Promise<(Real | Played) & Chosen> {
  const missing = programs.filter((name) => findProgram(name) === null);
  const play = async (why: string) => ({ ...(await played()), isReal: false, which: `(the sandbox's own: ${why})` });
  if (!prefersReal || host !== '127.0.0.1') return play('the real one was not asked for');
  if (missing.length > 0) return play(`${missing.join(' and ')} is not installed`);
  const paths = Object.fromEntries(programs.map((name) => [name, findProgram(name)!])) as Record<Name, string>;
  const folder = mkdtempSync(join(tmpdir(), 'watcher-server-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const server = await real(paths, folder);
    const close = async () => {
      await server.close();
      remove();
    };
    return { ...server, close, isReal: true, which: `(the real one: ${paths[programs[0]!]})` };
  } catch (error) {
    remove();
    return play(messageOf(error));
  }
}

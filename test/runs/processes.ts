import { readdirSync, readFileSync } from 'node:fs';
import { groupMembers } from '../../src/host/process-table.ts';
import { SWITCH_NAME } from '../../src/host/switch-name.ts';
import { until } from '../support/until.ts';

/** Kills the dead man's switches in this process group, whose leader is the command itself. */
export function killGuardsOf(pgid: number): void {
  for (const pid of groupMembers(pgid)) {
    if (pid !== pgid && commandLineOf(pid).includes(SWITCH_NAME)) process.kill(pid, 'SIGKILL');
  }
}

/** The dead man's switch that this process has started, or null. */
export function findSwitch(parent: number): number | null {
  return processIds().find((pid) => parentOf(pid) === parent && commandLineOf(pid).includes(SWITCH_NAME)) ?? null;
}

/** Stops a process and sees it stand still: strace may keep the first stop of a process that it begins to follow. */
export async function stopFirmly(pid: number): Promise<void> {
  await until(`process ${pid} to be stopped`, () => {
    process.kill(pid, 'SIGSTOP');
    return /^State:\s+[Tt]/m.test(fileOf(pid, 'status'));
  });
}

/** Lets a stopped process go on; its owner may have ended it meanwhile. */
export function letGoOn(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export function isThere(pid: number): boolean {
  return fileOf(pid, 'status') !== '';
}

function processIds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number);
}

function commandLineOf(pid: number): readonly string[] {
  return fileOf(pid, 'cmdline').split('\0');
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+([0-9]+)$/m.exec(fileOf(pid, 'status'))?.[1]);
}

/** Whether a switch has said that it is ready, and reads its order: the shell has its link at descriptor 0 for that. */
export function isWaitingForOrder(pid: number): boolean {
  return /^\d+ 0x0 /.test(fileOf(pid, 'syscall'));
}

function fileOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    // It ended while we looked.
    return '';
  }
}

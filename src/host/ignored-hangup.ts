import { constants, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

const HANGUP = 1n;

/**
 * Was SIGHUP ignored when this program was started, as `nohup` does? Node forgets that before any of our code runs, so
 * it is recognized by what else shows it: the name that bash and zsh leave in the environment, the write-only /dev/null that
 * `nohup` puts in the place of a terminal, or a parent that ignores SIGHUP itself, which its children inherit.
 */
export function isHangupIgnored(environment: NodeJS.ProcessEnv = process.env): boolean {
  return basename(environment['_'] ?? '') === 'nohup' || isInputOfNohup() || isHangupIgnoredBy(process.ppid);
}

function isInputOfNohup(): boolean {
  try {
    if (readlinkSync('/proc/self/fd/0') !== '/dev/null') return false;
    const [, flags] = /^flags:\s+([0-7]+)$/m.exec(readFileSync('/proc/self/fdinfo/0', 'utf8')) ?? [];
    return (Number.parseInt(flags ?? '', 8) & (constants.O_WRONLY | constants.O_RDWR)) === constants.O_WRONLY;
  } catch {
    return false;
  }
}

function isHangupIgnoredBy(pid: number): boolean {
  try {
    const [, ignored] = /^SigIgn:\s+([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return ignored !== undefined && (BigInt(`0x${ignored}`) & HANGUP) !== 0n;
  } catch {
    return false;
  }
}

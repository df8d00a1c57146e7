import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Of the shells that understand `exec 200>&-` the one that Debian always has; its own /bin/sh, dash, reads one digit. */
const CLOSING_SHELL = '/bin/bash';

/** What another shell takes for the name of a program would end it. */
const WHERE_UNDERSTOOD = '(eval "exec $fd>&-") 2>/dev/null &&';

/** As fcntl.h has it for Linux. */
const O_CLOEXEC = 0o2000000;

/**
 * The words that have `words` executed without what this process was itself started with beyond `lastOwn`: a daemon that
 * a command starts would hold a lock or a port of whoever started the watcher. Node's own descriptors close by themselves.
 */
export function withoutInherited(words: readonly string[], lastOwn: number): readonly string[] {
  const inherited = inheritedDescriptors().filter((fd) => fd > lastOwn);
  if (inherited.length === 0) return words;
  const [shell, careful] = existsSync(CLOSING_SHELL) ? [CLOSING_SHELL, ''] : ['/bin/sh', WHERE_UNDERSTOOD];
  const close = `for fd in $1; do ${careful} eval "exec $fd>&-"; done; shift; exec "$@"`;
  return [shell, '-c', close, shell, inherited.join(' '), ...words];
}

function inheritedDescriptors(): readonly number[] {
  return readdirSync('/proc/self/fd').filter(isInheritable).map(Number);
}

function isInheritable(fd: string): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & O_CLOEXEC) === 0;
  } catch {
    // It was closed while we looked: the listing's own descriptor always is.
    return false;
  }
}

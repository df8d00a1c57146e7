import type { Running } from './current.ts';
import type { TableEntry } from './process-table.ts';
import { systemError } from './system-error.ts';

/** What a file below /proc says. Throws what the kernel says of one that is not there. */
export function procText(process: Running, path: string): string {
  const { table, sockets } = process;
  if (path === '/proc/sys/kernel/random/boot_id') return `${process.bootId}\n`;
  if (path === '/proc/net/unix') return sockets.list();
  const [, pid, file] = /^\/proc\/(\d+|self)\/(\w+)$/.exec(path) ?? [];
  const entry = table.find(pid === 'self' ? process.pid : Number(pid));
  const make = FILES[file ?? ''];
  if (entry === undefined || make === undefined) throw systemError('ENOENT', 'open', path);
  return make(entry);
}

const FILES: Readonly<Record<string, (entry: TableEntry) => string>> = {
  stat({ pid, words, parent, group, startTicks }) {
    const name = words[0]!.split('/').at(-1)!.slice(0, 15);
    const rest = Array.from({ length: 52 - 22 }, () => 0).join(' ');
    // Fields 6 to 21 say nothing that anybody wants; the 22nd is the start.
    return `${pid} (${name}) S ${parent} ${group} ${Array.from({ length: 16 }, () => 0).join(' ')} ${startTicks} ${rest}\n`;
  },
  status: ({ words, parent }) => `Name:\t${words[0]}\nPPid:\t${parent}\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n`,
  cmdline: ({ words }) => words.map((word) => `${word}\0`).join(''),
  environ: ({ environment }) => environment.map((each) => `${each}\0`).join(''),
};

/** What a folder below /proc has. */
export function procList({ table, sockets }: Running, path: string): string[] {
  if (path === '/proc') return [...table.all().map(({ pid }) => String(pid)), 'net', 'self', 'sys'];
  const [, pid] = /^\/proc\/(\d+)\/fd$/.exec(path) ?? [];
  if (pid === undefined || table.find(Number(pid)) === undefined) throw systemError('ENOENT', 'scandir', path);
  return sockets.inodesOf(Number(pid)).map(String);
}

/** Where a link below /proc leads. A descriptor is called as what it leads to. */
export function procLink(path: string): string {
  if (path === '/proc/self/ns/pid') return 'pid:[4026531836]';
  const [, inode] = /^\/proc\/\d+\/fd\/(\d+)$/.exec(path) ?? [];
  if (inode === undefined) throw systemError('ENOENT', 'readlink', path);
  return `socket:[${inode}]`;
}

import { parseArgs } from 'node:util';

export type SandboxCommand =
  | { readonly command: 'help' }
  | { readonly command: 'demo'; readonly keep: boolean }
  | { readonly command: 'serve'; readonly ytPort: number; readonly ypPort: number };

export const usage = `The sandbox of watcher: a YT proxy and a YP.SD provider on this host.

Usage:
  node dist/sandbox.cjs demo [--keep]
      Three balancer nodes, and what their watchers do; --keep leaves their files behind.
  node dist/sandbox.cjs serve [--yt-port <port>] [--yp-port <port>]
      The servers and a node to try things on, until Ctrl-C; any free ports without the flags.
`;

/** What the command line asks for. Throws an `Error` with one line when it cannot be understood. */
export function parseSandboxArguments([command, ...rest]: readonly string[]): SandboxCommand {
  if (command === 'demo') {
    const { values } = parseArgs({ args: rest, options: { keep: { type: 'boolean', default: false } } });
    return { command, keep: values.keep };
  }
  if (command === 'serve') {
    const port = { type: 'string', default: '0' } as const;
    const { values } = parseArgs({ args: rest, options: { 'yt-port': port, 'yp-port': port } });
    return { command, ytPort: portOf('--yt-port', values['yt-port']), ypPort: portOf('--yp-port', values['yp-port']) };
  }
  if (command === undefined || command === 'help' || command === '--help' || command === '-h')
    return { command: 'help' };
  throw new Error(`unexpected argument "${command}": expected demo or serve`);
}

function portOf(flag: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new Error(`${flag}: "${text}" is not a port: expected a number up to 65535`);
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterwards } from '../support/current-test.ts';
import { until } from '../support/until.ts';

const LISTENER =
  "const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port))";

/** SYN_SENT: a connection that nobody has answered yet. */
const UNANSWERED = '02';

/**
 * The URL of a server whose line of connections that wait to be accepted is full: the kernel drops whatever else comes,
 * as a firewall would, and a client hears nothing at all.
 */
export async function startFullServer(): Promise<string> {
  const child = spawn(process.execPath, ['-e', LISTENER], { stdio: ['ignore', 'pipe', 'inherit'] });
  afterwards(() => child.kill('SIGKILL'));
  const [said] = await once(child.stdout!, 'data');
  const port = Number(said);
  child.kill('SIGSTOP');
  const visitors = Array.from({ length: 6 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  afterwards(() => {
    for (const visitor of visitors) visitor.destroy();
  });
  await until('a connection stays unanswered', () => unansweredTo(port) > 0);
  return `http://127.0.0.1:${port}`;
}

/** How many connections to a port of this host wait for a first answer. */
function unansweredTo(port: number): number {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1);
  const connections = lines.map((line) => line.trim().split(/\s+/));
  return connections.filter((fields) => fields[2]?.endsWith(remote) && fields[3] === UNANSWERED).length;
}

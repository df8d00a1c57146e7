/** Sockets in files, as the simulated host has them and as a real one does. */
import * as realFs from 'node:fs';
import * as realNet from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { afterwards } from '../../support/current-test.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { run } from './current.ts';
import * as simulatedNet from './net.ts';
import { stillHost } from './still-host.ts';

/** What some servers answer, by the name of their socket; null: nothing. */
const ANSWERS = new Map([
  ['answers', 'an answer\n'],
  ['ends', ''],
  ['silent', null],
]);

/** One server is silent on purpose; nobody waits for so long for the others. */
const patienceMs = (name: string) => (name === 'silent' ? 100 : 20_000);

test('both kernels say the same of a visit', async () => {
  const simulated = stillHost();
  run(simulated);
  const real = tempFolder();
  const says = (text: string | null) => ({ refuses: () => null, answer: () => ({ text, afterMs: 0 }) });
  for (const [name, text] of ANSWERS) {
    simulated.sockets.listenAt(`/${name}`, says(text));
    const server = realNet.createServer((visitor) => visitor.once('data', () => text !== null && visitor.end(text)));
    await new Promise<void>((resolve) => server.listen(join(real, name), resolve));
    afterwards(() => void server.close());
  }
  simulated.sockets.listenAt('/refuses', { ...says(null), refuses: () => 'ECONNREFUSED' });
  realFs.writeFileSync(join(real, 'refuses'), '');
  for (const name of [...ANSWERS.keys(), 'refuses', 'missing']) {
    const said = { name, events: await visitEvents(simulatedNet as unknown as typeof realNet, '/', name) };
    expect(said).toEqual({ name, events: await visitEvents(realNet, real, name) });
  }
});

/** What a visitor of a socket hears who asks one thing, leaves at the end, and waits for a moment only. */
function visitEvents(net: typeof realNet, folder: string, name: string): Promise<readonly string[]> {
  const events: string[] = [];
  return new Promise((resolve) => {
    const visitor = net.connect(join(folder, name));
    visitor.setTimeout(patienceMs(name), () => {
      events.push('timeout');
      visitor.destroy();
    });
    visitor.on('connect', () => visitor.write('question\n'));
    visitor.on('data', (bytes) => events.push(String(bytes)));
    visitor.on('error', (error) => events.push((error as NodeJS.ErrnoException).code!));
    visitor.on('end', () => {
      events.push('end');
      visitor.destroy();
    });
    visitor.on('close', () => {
      events.push('close');
      resolve(events);
    });
  });
}

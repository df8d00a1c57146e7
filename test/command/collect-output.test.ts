import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { collectOutput } from '../../src/command/collect-output.ts';
import { TAIL_BYTES } from '../../src/command/output-tail.ts';
import { createRedactor } from '../../src/text/redact.ts';
import { afterwards } from '../support/current-test.ts';

const SHORT = 'Xq7-Zt9_Kp2';

test.each([
  ['a password', SHORT, SHORT],
  ['a password, escaped', SHORT, [...SHORT].map((letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join('')],
  ['a token', 'AQAD-qJSJrS1k3tOkEnAbCdEfGhIjKlMnOp', 'AQAD-qJSJrS1k3tOkEnAbCdEfGhIjKlMnOp'],
])(
  '%s of which the kept part of an output has only the end is not shown, wherever it was cut',
  async (_, secret, spelled) => {
    for (let cut = 1; cut < spelled.length; cut += 3) {
      const { stdout } = await collected(`aé${spelled}${'.'.repeat(TAIL_BYTES - spelled.length + cut)}`, secret);
      expect(stdout).toMatch(/^\*\*\*\.+$/);
    }
  },
);

test('what came before the kept part is not shown', async () => {
  const { stdout, droppedBytes } = await collected(`${'é'.repeat(700)}${'.'.repeat(TAIL_BYTES)}`, SHORT);
  expect(stdout).toBe('.'.repeat(TAIL_BYTES));
  expect(droppedBytes).toBe(2 * 1400);
});

async function collected(text: string, secret: string) {
  const server = createServer((printing: Socket) => printing.end(text)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterwards(() => server.close());
  const { port } = server.address() as AddressInfo;
  const output = collectOutput(createRedactor([secret]));
  const [stdout, stderr] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  output.add({ stdout, stderr });
  await output.ended();
  server.close();
  return output.read();
}

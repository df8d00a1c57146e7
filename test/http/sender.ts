import { createHttpClient } from '../../src/http/client.ts';
import { HttpProblem } from '../../src/http/problem.ts';
import { SYSTEMS_TRUST } from './systems-trust.ts';

/**
 * A program that sends requests one after the other, prints how each ended, closes its client and has nothing more to
 * do. A line on stdin closes the client at once. Arguments: the proxy's URL or `-`, then the URLs.
 */
async function main(proxyUrl: string, urls: readonly string[]): Promise<void> {
  const client = createHttpClient({
    proxyUrl: proxyUrl === '-' ? null : proxyUrl,
    trust: SYSTEMS_TRUST,
    maxBytes: 1_000_000,
    maxConcurrent: 4,
    userAgent: 'watcher/test',
  });
  process.stdin.once('data', () => client.close());
  for (const url of urls) {
    const ended = await client.send({ method: 'GET', url, deadlineMs: 60_000 }, new AbortController().signal).then(
      ({ status }) => String(status),
      (error: unknown) => (error instanceof HttpProblem ? error.kind : String(error)),
    );
    process.stdout.write(`${ended}\n`);
  }
  client.close();
  process.stdin.destroy();
}

const [proxyUrl = '-', ...urls] = process.argv.slice(2);
void main(proxyUrl, urls);

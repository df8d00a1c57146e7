import { type Behaviour, type DnsListening, startDnsServer as start } from '../../src/sandbox/dns/server.ts';
import { afterwards } from './current-test.ts';

/** The DNS server of the sandbox, for the running test. */
export async function startDnsServer(behave: Behaviour): Promise<DnsListening> {
  const server = await start(behave);
  afterwards(() => server.close());
  return server;
}

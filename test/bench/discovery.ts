import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { podsOf } from './pods.ts';

/** Serves YP.SD's one question for the sets of pods.ts. Nothing of it is kept, so that ten thousand sets take no memory. */
export async function startDiscovery(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const asked = JSON.parse(await text(request)) as { readonly endpoint_set_id: string };
    const set = `{"endpoint_set_id":"${asked.endpoint_set_id}","endpoints":${podsOf(asked.endpoint_set_id)}}`;
    response.setHeader('content-type', 'application/json');
    response.end(
      `{"timestamp":1844674407370955161,"endpoint_set":${set},"resolve_status":"OK","host":"sd-1.example.net"}`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

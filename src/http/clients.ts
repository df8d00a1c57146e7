import { createHttpClient, type HttpClient, type HttpClientOptions } from './client.ts';

export interface HttpClients {
  /** A client within limits of its own; everything else is the same for every request of a run. */
  client(limits: Pick<HttpClientOptions, 'maxBytes' | 'maxTotalBytes' | 'maxConcurrent'>): HttpClient;
  /** Drops the idle connections of all of them. */
  close(): void;
}

/** The HTTP clients of one run. */
export function createHttpClients(
  shared: Omit<HttpClientOptions, 'maxBytes' | 'maxTotalBytes' | 'maxConcurrent'>,
): HttpClients {
  const clients: HttpClient[] = [];
  return {
    client(limits) {
      const client = createHttpClient({ ...shared, ...limits });
      clients.push(client);
      return client;
    },
    close() {
      for (const client of clients) client.close();
    },
  };
}

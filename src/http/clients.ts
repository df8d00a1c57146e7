import { createHttpClient, type HttpClient, type HttpClientOptions } from './client.ts';

export interface HttpClients {
  /** A client within limits of its own, perhaps with certificates of its own; everything else is the same for every request of a run. */
  client(own: OwnOptions): HttpClient;
  /** Drops the idle connections of all of them. */
  close(): void;
}

type OwnOptions = Pick<
  HttpClientOptions,
  'maxBytes' | 'maxTotalBytes' | 'maxConcurrent' | 'certificate' | 'authorities' | 'serverName'
>;

/** The HTTP clients of one run. */
export function createHttpClients(shared: Omit<HttpClientOptions, keyof OwnOptions>): HttpClients {
  const clients: HttpClient[] = [];
  return {
    client(own) {
      const client = createHttpClient({ ...shared, ...own });
      clients.push(client);
      return client;
    },
    close() {
      for (const client of clients) client.close();
    },
  };
}

import { createHttpClient, type HttpClient, type HttpClientOptions, type HttpReply } from './client.ts';

export interface HttpClients {
  /** A client within limits of its own, perhaps with certificates of its own; everything else is the same for every request of a run. */
  client(own: OwnOptions): HttpClient;
  /** Drops the idle connections of all of them. */
  close(): void;
}

/** What a run's clients have in common. */
export interface SharedOptions extends Omit<HttpClientOptions, keyof OwnOptions> {
  /** Hears of every reply. */
  readonly onReply?: (url: string, reply: HttpReply) => void;
}

type OwnOptions = Pick<
  HttpClientOptions,
  'maxBytes' | 'maxTotalBytes' | 'maxConcurrent' | 'certificate' | 'authorities' | 'serverName'
>;

/** The HTTP clients of one run. */
export function createHttpClients({ onReply = () => {}, ...shared }: SharedOptions): HttpClients {
  const clients: HttpClient[] = [];
  return {
    client(own) {
      const client = createHttpClient({ ...shared, ...own });
      clients.push(client);
      return {
        ...client,
        async send(request, signal) {
          const reply = await client.send(request, signal);
          onReply(request.url, reply);
          return reply;
        },
      };
    },
    close() {
      for (const client of clients) client.close();
    },
  };
}

/** What the API answered. */
export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes, whose keys each caller knows.
  readonly object: any;
}

/** Asks an API server as its administrator. */
export type Admin = (method: string, path: string, body?: object) => Promise<Reply>;

/** An API server, real or not, and who may do everything there. */
export interface Administered {
  readonly url: string;
  /** PEM of the authority that signed its certificate; null: it speaks plain HTTP. */
  readonly authority: string | null;
  readonly adminToken: string;
}

export function adminOf({ url, authority, adminToken }: Administered, type = 'application/json'): Admin {
  return async (method, path, body) => {
    const { request } = await import(url.startsWith('https:') ? 'node:https' : 'node:http');
    return new Promise<Reply>((resolve, reject) => {
      const headers = {
        Authorization: `Bearer ${adminToken}`,
        ...(body !== undefined && { 'Content-Type': type }),
      };
      const sent = request(`${url}${path}`, { method, headers, ca: authority ?? undefined, agent: false }, answered);
      function answered(response: AsyncIterable<Buffer> & { readonly statusCode: number }) {
        void (async () => {
          const chunks: Buffer[] = [];
          for await (const chunk of response) chunks.push(chunk);
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode, object: text.startsWith('{') ? JSON.parse(text) : null });
        })().catch(reject);
      }
      sent.once('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  };
}

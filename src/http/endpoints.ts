/** The servers of one service, asked one at a time: who fails is left for the next one. */
export interface Endpoints {
  current(): string;
  answered(endpoint: string): void;
  /** The next request goes to another one. `forGood`: nothing heals by itself there. */
  failed(endpoint: string, forGood: boolean): void;
  /** No endpoint is worth another try. */
  areHopeless(): boolean;
}

export function createEndpoints(urls: readonly string[]): Endpoints {
  const hopeless = new Set<string>();
  let at = 0;

  return {
    current: () => urls[at]!,
    answered: (endpoint) => void hopeless.delete(endpoint),
    failed(endpoint, forGood) {
      if (forGood) hopeless.add(endpoint);
      else hopeless.delete(endpoint);
      // Of several requests that fail together, one is enough.
      if (urls[at] === endpoint) at = (at + 1) % urls.length;
    },
    areHopeless: () => urls.every((url) => hopeless.has(url)),
  };
}

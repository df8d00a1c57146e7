import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** One line of a watcher's log, taken apart. */
export interface LogLine {
  readonly atMs: number;
  /** Null before the run's first state. */
  readonly state: string | null;
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Answers the lines that a log file got since it was asked the last time, or since now; a missing file has none. */
export function followLog(path: string): () => LogLine[] {
  const buffer = Buffer.alloc(64 * 1024);
  let offset = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let rest = '';

  return () => {
    const fd = open(path);
    if (fd === null) return [];
    try {
      for (let bytes = -1; bytes !== 0; offset += bytes) {
        bytes = readSync(fd, buffer, 0, buffer.length, offset);
        // The logs of the demo are plain ASCII: no character is cut in two.
        rest += buffer.toString('utf8', 0, bytes);
      }
    } finally {
      closeSync(fd);
    }
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    return lines.flatMap(readLine);
  };
}

const LINE = /^(\S+) [A-Z]+ +run=\S+ (?:state=(\S+) +)?(.*)$/;
const FIELD = / (\w+)=("(?:[^"\\]|\\.)*"|[^\s"]+)/g;

function readLine(line: string): LogLine[] {
  const [, time, state, text] = LINE.exec(line) ?? [];
  if (time === undefined || text === undefined) return [];
  const fields = [...text.matchAll(FIELD)].map(([, name, value]) => [name, value?.replace(/^"|"$/g, '')] as const);
  return [
    {
      atMs: Date.parse(time),
      state: state ?? null,
      message: text.replace(FIELD, ''),
      fields: Object.fromEntries(fields),
    },
  ];
}

function open(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}

import * as v from 'valibot';
import { JsonProblem, parseStrictJson } from '../json/strict-json.ts';
import { CHAIN_START, checkSeal } from '../record/chain.ts';
import {
  commandEventSchemas,
  DEPTH_MAX,
  type EndLine,
  type EventLine,
  endSchema,
  eventSchema,
  FORMAT,
  type Header,
  headerSchema,
  LINE_LENGTH_MAX,
  NOT_KEPT,
} from '../record/format.ts';
import { beginClaims, type Claims, hasOmittedPart, revive } from '../record/omitted.ts';
import { InvalidRecording } from './invalid-recording.ts';

/** An event with the number of its line. */
export interface RecordedEvent extends EventLine {
  readonly line: number;
  /** True when a part of the event was left out. */
  readonly lacksParts: boolean;
}

export interface Recording {
  readonly header: Header;
  readonly events: readonly RecordedEvent[];
  /** Null when the run was cut off before it could say how it ended. */
  readonly end: (EndLine & { readonly line: number }) | null;
}

/** Reads the text of a recording, to its last whole line. Throws `InvalidRecording` at the first that was not written so. */
export function readRecording(text: string): Recording {
  const lines = text.split('\n');
  // What follows the last newline is nothing, or half of a line that a killed run was writing.
  const rest = lines.pop()!;
  const chain = { hash: CHAIN_START };
  const [first, ...others] = lines;
  if (first === undefined) throw new InvalidRecording(1, 'this is no recording: it has not one whole line');
  const header = readHeader(first, chain);

  const claims = beginClaims();
  const events: RecordedEvent[] = [];
  let end: Recording['end'] = null;
  let at = 0;
  const read = (content: string, line: number) => {
    if (end !== null) throw new InvalidRecording(line, 'nothing may follow the end of the run');
    const fields = parseSealed(content, line, chain);
    const isEnd = typeof fields === 'object' && fields !== null && Object.hasOwn(fields, 'outcome');
    const found = isEnd ? check(endSchema, fields, line) : check(eventSchema, fields, line);
    if (found.at < at) throw new InvalidRecording(line, `its time, ${found.at} ms, is before the line before it`);
    at = found.at;
    if ('outcome' in found) end = { ...found, line };
    else {
      const more = commandEventSchemas.get(found.event.type);
      if (more !== undefined) check(more, found.event, line, 'event.');
      events.push(asRecorded(found, line, claims));
    }
  };
  for (const [index, content] of others.entries()) read(content, index + 2);
  if (rest !== '' && checkSeal(rest, chain.hash) !== null) read(rest, lines.length + 1);
  return { header, events, end };
}

function asRecorded(found: EventLine, line: number, claims: Claims): RecordedEvent {
  if (found.context === undefined && !hasOmittedPart(found.event)) return { ...found, line, lacksParts: false };
  const revived = revive({ event: found.event, context: found.context }, claims) as Pick<
    EventLine,
    'event' | 'context'
  >;
  return {
    ...found,
    event: revived.event,
    ...(revived.context === undefined ? {} : { context: revived.context }),
    line,
    lacksParts: found.event.type === NOT_KEPT || hasOmittedPart(found.event),
  };
}

function readHeader(content: string, chain: { hash: string }): Header {
  const format = /^\{"format":(\d{1,9}),/.exec(content)?.[1];
  if (format === undefined) throw new InvalidRecording(1, 'this is no recording: its first line is no header of one');
  if (Number(format) !== FORMAT) {
    throw new InvalidRecording(1, `its format is ${format}, and this watcher reads format ${FORMAT} only`);
  }
  return check(headerSchema, parseSealed(content, 1, chain), 1);
}

function parseSealed(content: string, line: number, chain: { hash: string }): unknown {
  if (content.length > LINE_LENGTH_MAX)
    throw new InvalidRecording(line, `it is longer than ${LINE_LENGTH_MAX} characters`);
  const hash = checkSeal(content, chain.hash);
  if (hash === null) {
    throw new InvalidRecording(
      line,
      line === 1
        ? 'it is not as it was written'
        : `it is not the line that was written after line ${line - 1}: it was changed or moved, or is from elsewhere, or a line is missing`,
    );
  }
  chain.hash = hash;
  try {
    return parseStrictJson(content, { maxDepth: DEPTH_MAX });
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    throw new InvalidRecording(line, `it is no strict JSON: ${error.message.replace(/^line 1, /, '')}`);
  }
}

function check<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  line: number,
  inside = '',
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const where = path === null ? 'the line' : `${inside}${path}`;
  throw new InvalidRecording(line, `${where}: expected ${issue.expected ?? 'something else'}, found ${issue.received}`);
}

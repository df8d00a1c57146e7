import type { Answer } from '../../http/deliver.ts';
import type { YtError } from '../errors.ts';
import { writeJson } from './json.ts';

/** An error on the wire: four headers, and the same JSON once more in the body, whatever format was asked for. */
export function errorAnswer(error: YtError): Answer {
  const json = writeJson(error.toMap(), true);
  return {
    status: error.httpStatus,
    headers: {
      'content-type': 'application/json',
      'x-yt-error': headerValue(json),
      'x-yt-error-content-type': 'application/json',
      'x-yt-response-code': String(error.code),
      'x-yt-response-message': headerValue(error.message),
    },
    body: json,
  };
}

/** Header bytes are UTF-8, as the real proxy sends them; Node wants them as Latin-1 characters. */
function headerValue(text: string): string {
  return Buffer.from(text.replaceAll('\x7f', '\\u007f').replaceAll('\n', '\\n'), 'utf8').toString('latin1');
}

import type { Answer } from '../http/deliver.ts';
import { fullName, type Resource, type Target } from './resources.ts';

/** An error as the API server words it. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: object;
  /** Of a list that cannot be gone on with. */
  readonly metadata: object;

  constructor(code: number, reason: string, message: string, { details = {}, metadata = {} } = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.metadata = metadata;
  }
}

/** The object `Status` of an error. */
export function statusOf({ code, reason, message, details, metadata }: StatusError): object {
  const more = Object.keys(details).length === 0 ? {} : { details };
  return { kind: 'Status', apiVersion: 'v1', metadata, status: 'Failure', message, reason, ...more, code };
}

export function answerOfError(error: StatusError): Answer {
  return { status: error.code, headers: { 'content-type': 'application/json' }, body: JSON.stringify(statusOf(error)) };
}

function detailsOf({ name: kind, group }: Resource, name: string | null): object {
  return { ...(name === null ? {} : { name }), ...(group === '' ? {} : { group }), kind };
}

export function notFound({ resource, name }: Target): StatusError {
  const details = detailsOf(resource, name);
  return new StatusError(404, 'NotFound', `${fullName(resource)} "${name}" not found`, { details });
}

export function alreadyExists(resource: Resource, name: string): StatusError {
  const details = detailsOf(resource, name);
  return new StatusError(409, 'AlreadyExists', `${fullName(resource)} "${name}" already exists`, { details });
}

export function conflict(resource: Resource, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${fullName(resource)} "${name}": ${why}`;
  return new StatusError(409, 'Conflict', message, { details: detailsOf(resource, name) });
}

export function invalid(resource: Resource, name: string, field: string, why: string): StatusError {
  const details = { ...detailsOf(resource, name), causes: [{ reason: 'FieldValueInvalid', message: why, field }] };
  return new StatusError(422, 'Invalid', `${resource.kind} "${name}" is invalid: ${field}: ${why}`, { details });
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function forbidden({ resource, namespace, name }: Target, user: string, verb: string): StatusError {
  const what = name === null ? fullName(resource) : `${fullName(resource)} "${name}"`;
  return new StatusError(
    403,
    'Forbidden',
    `${what} is forbidden: User "${user}" cannot ${verb} resource "${resource.name}" in API group "${resource.group}" in the namespace "${namespace}"`,
    { details: detailsOf(resource, name) },
  );
}

export function expired(message: string, metadata = {}): StatusError {
  return new StatusError(410, 'Expired', message, { metadata });
}

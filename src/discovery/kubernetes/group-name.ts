/** What an endpoint set of the primer is about: a service, and one of its ports. */
export interface ServicePort {
  readonly namespace: string;
  readonly service: string;
  /** Name or number; null: the only one that there is. */
  readonly port: string | null;
}

const LABEL = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const FORM = new RegExp(`^(?<namespace>${LABEL})/(?<service>${LABEL})(?::(?<port>${LABEL}))?$`);

/** Reads `namespace/service:port`; null when it is something else. */
export function readGroupName(text: string): ServicePort | null {
  const { namespace, service, port = null } = FORM.exec(text)?.groups ?? {};
  return namespace === undefined || service === undefined ? null : { namespace, service, port };
}

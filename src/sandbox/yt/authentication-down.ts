import type { ErrorCause, ErrorFault } from '../faults.ts';

/*
 * What YT answers to a good token that its proxy has not seen yet, while what stands behind its authentication is down:
 * the same status and the same outer code as to a wrong token. Only the causes tell the two apart.
 */

const cypressDown: ErrorCause = {
  code: 1,
  message: 'Cypress authentication failed',
  inner: [
    { code: 105, message: 'Error communicating with master', inner: [{ code: 100, message: 'Connection refused' }] },
  ],
};

const blackboxDown: ErrorCause = {
  code: 1,
  message: 'Blackbox call failed',
  inner: [{ code: 3, message: 'Request timed out' }],
};

const notInCypress: ErrorCause = {
  code: 111,
  message: 'Token is missing in Cypress',
  inner: [{ code: 500, message: 'Error resolving path //sys/cypress_tokens' }],
};

/** Nothing behind the authentication can be reached. */
export const authenticationDown = failed([cypressDown, blackboxDown]);

/** One part says that it does not know the token; the other, which does, cannot be reached. */
export const authenticationHalfDown = failed([notInCypress, blackboxDown]);

function failed(inner: readonly ErrorCause[]): ErrorFault {
  return { kind: 'error', status: 401, code: 900, message: 'Authentication failed', inner };
}

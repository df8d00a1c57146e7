import { command } from './command/backend.ts';
import { consul } from './consul/backend.ts';
import { dns } from './dns/backend.ts';
import { file } from './file/backend.ts';
import { kubernetes } from './kubernetes/backend.ts';
import { yp } from './yp/backend.ts';

/** What the setting `source` chooses from. */
export const SOURCES = { yp, consul, kubernetes, dns, command, file } as const;

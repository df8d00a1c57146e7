import { consul } from './consul/backend.ts';
import { etcd } from './etcd/backend.ts';
import { file } from './file/backend.ts';
import { kubernetes } from './kubernetes/backend.ts';
import { yt } from './yt/backend.ts';

/** What the setting `lock` chooses from. */
export const LOCKS = { yt, etcd, consul, kubernetes, file } as const;

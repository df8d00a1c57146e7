import type { Settings } from '../config/settings.ts';
import { VERSION } from '../version.ts';
import { createFileSource } from './file.ts';
import type { Source } from './source.ts';
import { createYpSource } from './yp.ts';

/** The source of service discovery that the settings choose. */
export function createSource(settings: Settings): Source {
  switch (settings.source) {
    case 'file':
      return createFileSource({ path: settings.sourceFile });
    case 'yp':
      return createYpSource({
        url: settings.ypUrl,
        clientName: settings.ypClientName,
        proxyUrl: settings.proxyUrl,
        version: VERSION,
      });
  }
}

import { sha256 } from 'js-sha256';

/** As much of `node:crypto` as a recording's chain of hashes needs: a browser's own is not for pages in files. */
export const createHash = (_algorithm: 'sha256') => {
  const hash = sha256.create();
  const self = {
    update(text: string) {
      hash.update(text);
      return self;
    },
    digest: (_encoding: 'hex') => hash.hex(),
  };
  return self;
};

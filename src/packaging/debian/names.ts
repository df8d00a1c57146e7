export const PACKAGE = 'yandex-market-watcher';

export const MAINTAINER = 'The watcher authors <watcher@example.net>';

export const LIB = `usr/lib/${PACKAGE}`;
export const DOC = `usr/share/doc/${PACKAGE}`;

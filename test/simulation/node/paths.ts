/** Where everything is on a simulated host: two file systems, of which a reboot may forget the first. */
export const RUN_FOLDER = '/run';
export const RUN_LOCK = '/run/watcher.pid';
export const OWN_FOLDER = '/var/lib/watcher';
export const STATE = '/var/lib/watcher/state.json';
export const STATISTICS = '/var/lib/watcher/statistics.json';
export const PRIMER = '/var/lib/haproxy/primer.json';

export const FOLDERS: readonly string[] = ['/', RUN_FOLDER, '/var', '/var/lib', OWN_FOLDER, '/var/lib/haproxy', '/etc'];

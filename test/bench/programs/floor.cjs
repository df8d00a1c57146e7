// The least that a Node program can do for a run that finds nothing to do: `floor.cjs URL`, in the node's folder.
const { readFileSync, openSync, writeSync, fsyncSync, closeSync, renameSync } = require('node:fs');
const { spawn } = require('node:child_process');
const http = require('node:http');
const write = (name, text) => {
  const file = openSync('.new', 'w');
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync('.new', name);
};
readFileSync('watcher.yaml', 'utf8');
const { endpoint_sets: sets } = JSON.parse(readFileSync('primer.json', 'utf8'));
const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
const ask = ({ cluster_name, endpoint_set_id }, done) =>
  http
    .request(process.argv[2], { method: 'POST', agent }, (reply) => {
      let text = '';
      reply
        .setEncoding('utf8')
        .on('data', (more) => (text += more))
        .on('end', () => done(JSON.parse(text)));
    })
    .end(JSON.stringify({ cluster_name, endpoint_set_id, client_name: 'floor' }));
require('node:net')
  .createServer()
  .listen(`\0${process.cwd()}`, () => {
    spawn('/bin/sh', ['-c', 'exec "$@"', 'sh', 'test', '!', '-e', 'handbrake'], { detached: true }).on(
      'close',
      async () => {
        await Promise.all(sets.map((set) => new Promise((done) => ask(set, done))));
        for (const name of ['floor-1', 'floor-2']) write(name, '{}\n');
        process.exit();
      },
    );
  });

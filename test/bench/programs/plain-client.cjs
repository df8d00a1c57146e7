// What a careless client does: asks for every set over node:http with JSON.parse, checks nothing. `plain-client.cjs URL`.
const http = require('node:http');
const { endpoint_sets: sets } = JSON.parse(require('node:fs').readFileSync('primer.json', 'utf8'));
const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
const headers = { 'content-type': 'application/json' };
const ask = ({ cluster_name, endpoint_set_id }) =>
  new Promise((resolve, reject) => {
    const request = http.request(process.argv[2], { method: 'POST', agent, headers }, (reply) => {
      const chunks = [];
      reply.on('data', (chunk) => chunks.push(chunk));
      reply.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    });
    request.on('error', reject);
    request.end(JSON.stringify({ cluster_name, endpoint_set_id, client_name: 'plain' }));
  });
const work = async () => {
  for (let set = sets.pop(); set !== undefined; set = sets.pop()) await ask(set);
};
Promise.all(Array.from({ length: 32 }, work)).then(() => process.exit());

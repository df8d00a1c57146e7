// Is loaded before the program, by `--require`: writes the longest time that its event loop did not turn to WATCHED_LOOP,
// in milliseconds. Where others have the processor meanwhile, what the program itself used of it counts.
const { writeFileSync } = require('node:fs');

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
let longest = 0;
let last = { wall: performance.now(), cpu: cpuMs() };
const look = () => {
  const now = { wall: performance.now(), cpu: cpuMs() };
  longest = Math.max(longest, Math.min(now.wall - last.wall, now.cpu - last.cpu));
  last = now;
};
setInterval(look, 2).unref();
process.on('exit', () => {
  look();
  writeFileSync(process.env.WATCHED_LOOP, String(longest));
});

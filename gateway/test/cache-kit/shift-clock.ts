/**
 * Preloaded into a gateway: each line on standard input is a number of milliseconds by which its
 * clock jumps, as when somebody sets it.
 */
const { now } = Date;
let shiftMs = 0;

Date.now = () => now() + shiftMs;

process.stdin.setEncoding('utf8');
process.stdin.on('data', (lines) => {
  for (const line of String(lines).split('\n')) {
    if (line !== '') shiftMs += Number(line);
  }
});
process.stdin.unref?.();

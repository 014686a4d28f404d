/**
 * Runs PostgreSQL for as long as its parent lives. The parent holds the other end of stdin; when it
 * goes away, however it ends, stdin closes and the server is shut down cleanly. A process of its own,
 * because a parent that is killed cannot tidy up after itself.
 */
import { spawn } from 'node:child_process';

interface GuardianOrder {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

const order: GuardianOrder = JSON.parse(process.argv[2] ?? '{}');
const server = spawn(order.command, order.args, {
  cwd: '/',
  stdio: ['ignore', 'ignore', 'inherit'],
  ...(order.uid === undefined ? {} : { uid: order.uid }),
  ...(order.gid === undefined ? {} : { gid: order.gid }),
});

/** SIGINT is PostgreSQL's fast shutdown: clients are cut off, data are flushed. */
const stop = (): void => {
  server.kill('SIGINT');
};

process.stdin.resume();
process.stdin.once('end', stop);
process.stdin.once('error', stop);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
// With the parent gone nobody reads our output; a broken pipe must not stop the shutdown.
process.stderr.on('error', () => undefined);

server.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
server.once('exit', (code) => process.exit(code ?? 1));

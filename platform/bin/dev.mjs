/** Recompiles on every change and restarts the platform when the result changed. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildAll, root, toolEnvironment } from './build.mjs';

await buildAll();
const options = { cwd: root, stdio: 'inherit', env: toolEnvironment };
const compiler = spawn('tsc', ['-b', '--watch', '--preserveWatchOutput'], options);
const watched = ['schema', 'prisma', 'gateway', 'platform', 'subgraphs'];
const flags = watched.map((room) => `--watch-path=${join(root, room)}`);
const start = join(root, 'platform', 'dist', 'src', 'commands', 'start.js');
const platform = spawn(process.execPath, ['--watch-preserve-output', ...flags, start], options);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    compiler.kill('SIGTERM');
    platform.kill('SIGTERM');
  });
}
platform.once('exit', (code) => {
  compiler.kill('SIGTERM');
  process.exitCode = code ?? 0;
});

/**
 * Brings the checkout from sources to something that runs: generated clients, the explorer, compiled
 * TypeScript. Plain JavaScript, because it runs before anything is compiled.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export const root = resolve(import.meta.dirname, '..', '..');
const binFolder = join(root, 'node_modules', '.bin');
/** Node's version that the repository's programs need; the `node` package brings it. */
const nodeMajorMin = 22;

/** The environment of child programs: ours before the machine's, and no outside telemetry. */
export const toolEnvironment = {
  ...process.env,
  PATH: `${binFolder}${delimiter}${process.env.PATH}`,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  CHECKPOINT_DISABLE: '1',
  APOLLO_TELEMETRY_DISABLED: 'true',
};

/** Ends the program with one line that says what to do. */
export function stopWith(message) {
  process.stderr.write(`\n✖ ${message}\n`);
  process.exit(1);
}

/** Runs a program of node_modules/.bin; resolves to its exit code and what it printed. */
export function runTool(command, args, { inherit = false, cwd = root, env = {} } = {}) {
  const { promise, resolve: settle } = Promise.withResolvers();
  const stdio = inherit ? 'inherit' : ['ignore', 'pipe', 'pipe'];
  const child = spawn(command, args, { cwd, stdio, env: { ...toolEnvironment, ...env } });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  child.on('error', (error) => settle({ code: 1, output: error.message }));
  child.on('exit', (code, signal) => settle({ code: code ?? (signal ? 130 : 1), output }));
  return promise;
}

function checkMachine() {
  const major = Number(process.versions.node.split('.')[0]);
  if (!existsSync(join(binFolder, 'tsc'))) {
    stopWith('The packages are not installed: run "npm ci" first.');
  }
  if (major < nodeMajorMin) {
    stopWith(
      `This is Node ${process.versions.node}; Plaza needs ${nodeMajorMin} or newer. ` +
        'Start it with npm (npm start), and install with scripts allowed (npm ci), which brings Node 24.',
    );
  }
}

/** Builds everything that is out of date. Ends the program with the compiler's words on failure. */
export async function buildAll() {
  checkMachine();
  const { showStep } = await import('../src/progress.ts'); // an old Node could not read it
  await showStep('Generated code: database clients, explorer, operations', async () => {
    const args = ['run', 'generate', '--output-logs=errors-only', '--no-update-notifier'];
    const { code, output } = await runTool('turbo', args);
    if (code !== 0) stopWith(`Generating code failed:\n${output}`);
  });
  await showStep('Compiled TypeScript', async () => {
    const { code, output } = await runTool('tsc', ['-b']);
    if (code !== 0) stopWith(`The code does not compile:\n${output}`);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await buildAll();

/** Every check that is not a test: formatting, lint, types, directions, unused code, drift. */
import { globSync } from 'node:fs';
import { buildAll, root, runTool, stopWith } from './build.mjs';

/** Compiled sources of every workspace. */
const rooms = [
  'schema',
  'prisma',
  'gateway',
  'subgraphs/*',
  'clients/*',
  'platform',
  'bench',
].flatMap((room) => globSync(`${room}/dist/src`, { cwd: root }));
const checks = [
  ['Formatting and lint (biome)', 'biome', ['ci', '--diagnostic-level=warn', '.']],
  ['Explorer types', 'tsc', ['-p', 'gateway/explorer', '--noEmit']],
  [
    'Directions between rooms (dependency-cruiser)',
    'depcruise',
    [...rooms, '--output-type', 'err'],
  ],
  ['Unused files, exports, dependencies (knip)', 'knip', ['--no-progress']],
  ['Lock file complete on every platform', 'npm', ['ci', '--dry-run', '--ignore-scripts']],
  [
    'Committed schemas are what the code says',
    'node',
    ['platform/bin/compose.mjs', '--no-build', '--check'],
  ],
];

await buildAll();
const { showStep } = await import('../src/progress.ts');
let failures = 0;
for (const [title, command, args] of checks) {
  await showStep(title, async () => {
    const { code, output } = await runTool(command, args, { cwd: root });
    if (code === 0) return;
    failures += 1;
    process.stdout.write(`\n${output}\n`);
    throw new Error(title);
  }).catch(() => undefined);
}
await showStep('One copy of graphql', async () => {
  const { output } = await runTool('npm', ['ls', 'graphql', '--all', '--parseable']);
  const copies = new Set(
    output.split('\n').filter((line) => line.endsWith('/node_modules/graphql')),
  );
  if (copies.size === 1) return;
  failures += 1;
  process.stdout.write(`\n${[...copies].join('\n')}\n`);
});
if (failures > 0) stopWith(`${failures} of ${checks.length + 1} checks failed.`);

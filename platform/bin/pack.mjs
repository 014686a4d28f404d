import { buildAll } from './build.mjs';

if (!process.argv.includes('--no-build')) await buildAll();
await import('../dist/src/commands/pack.js');

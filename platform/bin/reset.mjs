import { buildAll } from './build.mjs';

await buildAll();
await import('../dist/src/commands/reset.js');

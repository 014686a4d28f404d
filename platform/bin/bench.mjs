import { buildAll } from './build.mjs';

await buildAll();
await import('../../bench/dist/src/main.js');

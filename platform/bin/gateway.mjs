import { buildAll } from './build.mjs';

await buildAll();
await import('../../gateway/dist/src/main.js');

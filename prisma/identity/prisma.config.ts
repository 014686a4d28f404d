import { fileURLToPath } from 'node:url';
import { defineConfig } from 'prisma/config';

process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(
  new URL('../schema-engine.mjs', import.meta.url),
);

export default defineConfig({
  schema: 'schema.prisma',
  migrations: { path: 'migrations' },
  datasource: {
    url: process.env.IDENTITY_DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:54329/identity',
  },
});

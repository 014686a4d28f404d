#!/usr/bin/env node
/**
 * Stands in for Prisma's native schema engine, which the CLI would download at first use. It answers
 * the same command line and the same JSON-RPC over stdin and stdout, and runs the WebAssembly build of
 * that engine over the `pg` driver. For people who write migrations; nothing of the product runs it.
 * PRISMA_SCHEMA_ENGINE_BINARY points here (prisma/<subgraph>/prisma.config.ts).
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';

const connectTimeoutMs = 10_000;
/** PostgreSQL's one-byte `"char"`, which catalogue queries return and the adapter does not know. */
const charTypeId = 18;
const textTypeId = 25;

const args = process.argv.slice(2);
const option = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const options = (name) => args.flatMap((arg, index) => (arg === name ? [args[index + 1]] : []));
const datasource = JSON.parse(option('--datasource') ?? '{}');

/** Reads `"char"` columns as text and reports them as the Character that the engine expects. */
function withCharColumns(queryable) {
  const { performIO, queryRaw, startTransaction } = queryable;
  const charColumns = new WeakMap();
  queryable.performIO = async (query) => {
    const result = await performIO.call(queryable, query);
    const columns = [];
    for (const [index, field] of (result.fields ?? []).entries()) {
      if (field.dataTypeID !== charTypeId) continue;
      field.dataTypeID = textTypeId;
      columns.push(index);
    }
    charColumns.set(query, columns);
    return result;
  };
  queryable.queryRaw = async (query) => {
    const result = await queryRaw.call(queryable, query);
    for (const index of charColumns.get(query) ?? []) {
      result.columnTypes[index] = ColumnTypeEnum.Character;
    }
    return result;
  };
  if (startTransaction !== undefined) {
    queryable.startTransaction = async (...rest) =>
      withCharColumns(await startTransaction.apply(queryable, rest));
  }
  return queryable;
}

async function openDatabase(url) {
  if (!url) throw new Error('No database URL is configured for this command.');
  return withCharColumns(await new PrismaPg({ connectionString: url }).connect());
}

/**
 * A scratch database for replaying migrations. Made here, because the adapter's own method connects
 * to the main database when it was given a connection string.
 */
async function openShadowDatabase() {
  if (datasource.shadowDatabaseUrl) return openDatabase(datasource.shadowDatabaseUrl);
  const name = `prisma_migrate_shadow_db_${randomUUID()}`;
  const main = await openDatabase(datasource.url);
  await main.executeScript(`CREATE DATABASE "${name}"`);
  const url = new URL(datasource.url);
  url.pathname = `/${name}`;
  const shadow = await openDatabase(url.href);
  const dispose = shadow.dispose.bind(shadow);
  shadow.dispose = async () => {
    await dispose();
    await main.executeScript(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    await main.dispose();
  };
  return shadow;
}

/** Enough of an adapter for a diff between two files: such a diff asks nothing of a database. */
function withoutDatabase() {
  const noRows = async () => ({ columnNames: [], columnTypes: [], rows: [] });
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
    queryRaw: noRows,
    executeRaw: async () => 0,
    executeScript: async () => undefined,
    dispose: async () => undefined,
    startTransaction: async () => {
      throw new Error('This command has no database.');
    },
  };
}

const adapterFactory = (needsDatabase) => ({
  provider: 'postgres',
  adapterName: '@prisma/adapter-pg',
  connect: async () => (needsDatabase ? openDatabase(datasource.url) : withoutDatabase()),
  connectToShadowDb: openShadowDatabase,
});

/** The `cli` sub-commands answer with their exit code, and with a JSON log line on failure. */
async function runCliCommand(command) {
  const url = new URL(datasource.url);
  const database = decodeURIComponent(url.pathname.slice(1));
  if (command === 'create-database') url.pathname = '/postgres';
  const client = new pg.Client({
    connectionString: url.href,
    connectionTimeoutMillis: connectTimeoutMs,
  });
  try {
    await client.connect();
    if (command === 'create-database') {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
    }
    await client.end();
  } catch (error) {
    const unknownDatabase = error.code === '3D000';
    const accessDenied = error.code?.startsWith('28');
    const code = unknownDatabase ? 'P1003' : accessDenied ? 'P1000' : 'P1001';
    const fields = { message: error.message, is_panic: false, error_code: code, meta: {} };
    const line = { timestamp: new Date().toISOString(), level: 'ERROR', fields };
    process.stderr.write(`\n${JSON.stringify({ ...line, target: 'schema_engine::logger' })}\n`);
    process.exitCode = 1;
  }
}

async function loadEngine(needsDatabase) {
  const require = createRequire(import.meta.url);
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const entry = require.resolve('@prisma/schema-engine-wasm');
  const wasm = await readFile(entry.replace(/schema_engine\.js$/, 'schema_engine_bg.wasm'));
  const imports = { './schema_engine_bg.js': bindings };
  const { instance } = await WebAssembly.instantiate(wasm, imports);
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  globalThis.PRISMA_WASM_PANIC_REGISTRY = {
    message: '',
    set_message(message) {
      this.message = message;
    },
  };
  const datamodels = [];
  for (const path of options('--datamodels')) datamodels.push([path, await readFile(path, 'utf8')]);
  const factory = bindMigrationAwareSqlAdapterFactory(adapterFactory(needsDatabase));
  const models = datamodels.length > 0 ? datamodels : undefined;
  return bindings.SchemaEngine.new({ datamodels: models }, () => undefined, factory);
}

const send = (message) =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

/** A diff of two schema files or of nothing needs no database; all else does. */
function needsDatabase({ method, params }) {
  const databaseTags = ['url', 'schemaDatasource'];
  return (
    method !== 'diff' || [params.from.tag, params.to.tag].some((tag) => databaseTags.includes(tag))
  );
}

let engine;
let printCount = 0;

async function answer(request) {
  const { id, method, params } = request;
  if (!method) return;
  try {
    engine ??= loadEngine(needsDatabase(request));
    const loaded = await engine;
    if (method === 'getDatabaseVersion') {
      send({ id, result: await loaded.version(params) });
    } else if (method === 'diff') {
      const { stdout, exitCode } = await loaded.diff(params);
      if (stdout != null) {
        printCount += 1;
        send({ id: `p${printCount}`, method: 'print', params: { content: stdout } });
      }
      send({ id, result: { exitCode } });
    } else {
      send({ id, result: (await loaded[method](params)) ?? {} });
    }
  } catch (error) {
    const details = { is_panic: false, message: error?.message ?? String(error) };
    const data = { ...details, meta: error?.meta ?? null, error_code: error?.code ?? null };
    const message = 'An error happened. Check the data field for details.';
    send({ id, error: { code: 4466, message, data } });
  }
}

if (args.includes('cli')) {
  await runCliCommand(args[args.indexOf('cli') + 1]);
} else {
  let queue = Promise.resolve();
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() !== '') queue = queue.then(() => answer(JSON.parse(line)));
  }
  await queue;
  process.exit(0);
}

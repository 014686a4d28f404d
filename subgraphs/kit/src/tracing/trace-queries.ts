import { SpanKind } from '@opentelemetry/api';
import type {
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQueryable,
} from '@prisma/driver-adapter-utils';
import { runBelow } from './active-trace.ts';

/** Longer statements are cut off. Values are no part of them. */
const statementCharactersMax = 1_000;

/** Makes each statement a span of whatever is traced when it is sent, transactions included. */
export function traceQueries(factory: SqlDriverAdapterFactory): SqlDriverAdapterFactory {
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => traceAdapter(await factory.connect()),
  };
}

function traceAdapter(adapter: SqlDriverAdapter): SqlDriverAdapter {
  traceQueryable(adapter);
  const startTransaction = adapter.startTransaction.bind(adapter);
  adapter.startTransaction = async (level) => {
    const transaction = await startTransaction(level);
    traceQueryable(transaction);
    return transaction;
  };
  return adapter;
}

function traceQueryable(queryable: SqlQueryable): void {
  const queryRaw = queryable.queryRaw.bind(queryable);
  const executeRaw = queryable.executeRaw.bind(queryable);
  queryable.queryRaw = (query) => runBelow(describeStatement(query.sql), () => queryRaw(query));
  queryable.executeRaw = (query) => runBelow(describeStatement(query.sql), () => executeRaw(query));
}

function describeStatement(sql: string) {
  return () => ({
    name: /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? 'SQL',
    kind: SpanKind.CLIENT,
    attributes: {
      'db.system.name': 'postgresql',
      'db.query.text': sql.slice(0, statementCharactersMax),
    },
  });
}

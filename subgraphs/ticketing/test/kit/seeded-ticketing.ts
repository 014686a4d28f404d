import { createDatabaseAdapter } from '@plaza/kit/database';
import { seedSubgraph } from '@plaza/kit/seed-subgraph';
import { createTestSubgraph, type TestSubgraph } from '@plaza/kit/test-kit/create-test-subgraph';
import type { TestViewer } from '@plaza/kit/test-kit/test-tokens';
import { demoAccounts } from '@plaza/schema/demo-accounts';
import { readTicketingConfig, type TicketingConfig } from '../../src/config.ts';
import { PrismaClient } from '../../src/generated/prisma/client.ts';
import { type PurchaseLimits, purchaseLimits } from '../../src/purchase-queue.ts';
import { defineTicketing } from '../../src/subgraph.ts';

/** The moment at which the tests seed and, unless they move the clock, ask. */
export const seededAt = new Date('2026-06-15T15:00:00.000Z');

export interface SeededTicketing extends TestSubgraph<TicketingConfig> {
  readonly database: PrismaClient;
  /** What the subgraph takes for now; a test may set it. */
  readonly clock: { now: Date };
}

/** Ticketing in process with the demonstration data and a clock that stands still. */
export async function createSeededTicketing(
  limits: Partial<PurchaseLimits> = {},
): Promise<SeededTicketing> {
  const clock = { now: seededAt };
  const definition = defineTicketing(() => clock.now, { ...purchaseLimits, ...limits });
  const subgraph = await createTestSubgraph(definition, readTicketingConfig({}));
  await seedSubgraph(definition, { ...subgraph.config, logLevel: 'silent' });
  const adapter = createDatabaseAdapter('ticketing-test', subgraph.config);
  const database = new PrismaClient({ adapter });
  return {
    ...subgraph,
    database,
    clock,
    async [Symbol.asyncDispose]() {
      await database.$disconnect();
      await subgraph[Symbol.asyncDispose]();
    },
  };
}

/** The demonstration accounts as viewers. */
export const viewers = {
  ana: { userId: demoAccounts.ana.id, role: 'CUSTOMER' },
  luis: { userId: demoAccounts.luis.id, role: 'CUSTOMER' },
  seller: { userId: demoAccounts.seller.id, role: 'SELLER' },
  /** Reads every order and may do nothing else. */
  auditor: { userId: demoAccounts.gateStaff.id, role: 'GATE_STAFF', scopes: ['order:read'] },
  supervisor: { userId: demoAccounts.supervisor.id, role: 'SUPERVISOR' },
} as const satisfies Record<string, TestViewer>;

/** An id that no row has. */
export const absentId = '01940000-00ff-7000-8000-000000000001';

import { createDatabaseAdapter } from '@plaza/kit/database';
import { createTestSubgraph, type TestResult } from '@plaza/kit/test-kit/create-test-subgraph';
import type { TestViewer } from '@plaza/kit/test-kit/test-tokens';
import type { FastifyInstance } from 'fastify';
import { type IdentityConfig, readIdentityConfig } from '../../src/config.ts';
import { PrismaClient } from '../../src/generated/prisma/client.ts';
import { seedDatabase } from '../../src/seed.ts';
import { createIdentitySubgraph } from '../../src/subgraph.ts';

export const password = 'correct horse 1';

export interface Call {
  readonly query: string;
  readonly variables?: Record<string, unknown> | undefined;
  /** Signs a token for this person. */
  readonly viewer?: TestViewer | undefined;
  /** A token as it is. */
  readonly token?: string | undefined;
  /** What a gateway in front says of the client. */
  readonly clientAddress?: string | undefined;
}

export interface LoggedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly user: { readonly id: string };
}

export interface IdentityUnderTest extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly config: IdentityConfig;
  readonly prisma: PrismaClient;
  readonly clock: { now: number };
  readonly logLines: string[];
  run(call: Call): Promise<TestResult>;
  /** Registers somebody with the password above; fails the test if that fails. */
  register(email: string): Promise<LoggedIn>;
  logIn(email: string, options?: LogInOptions): Promise<LogInAnswer>;
  /** A user by a row alone, without a password that anybody knows. */
  createUser(email: string): Promise<{ readonly id: string }>;
}

export interface LogInOptions {
  readonly secret?: string;
  readonly clientAddress?: string;
}

export interface LogInAnswer extends LoggedIn {
  readonly __typename: string;
  readonly retryAfterS: number;
}

export const tokenFields = 'accessToken refreshToken expiresAt user { id roles }';
const registerMutation = `mutation ($input: RegisterInput!) { register(input: $input) {
  __typename ... on RegisterSuccess { ${tokenFields} } } }`;
const logInMutation = `mutation ($input: LogInInput!) { logIn(input: $input) {
  __typename ... on LogInSuccess { ${tokenFields} } ... on TooManyAttempts { retryAfterS } } }`;
const clientAddressHeader = 'x-test-client-address';

/** Identity with demo accounts, a clock that the test moves, and a gateway's word for addresses. */
export async function createIdentityUnderTest(
  environment: Record<string, string> = {},
): Promise<IdentityUnderTest> {
  const clock = { now: Date.now() };
  const subgraph = await createTestSubgraph(
    createIdentitySubgraph(() => clock.now),
    {
      ...readIdentityConfig({
        IDENTITY_CLIENT_ADDRESS_HEADER: clientAddressHeader,
        ...environment,
      }),
      requestTimeoutMs: 60_000, // hashes are slow on purpose, and more so on a busy machine
    },
  );
  const { app, config, logLines, tokens } = subgraph;
  const prisma = new PrismaClient({ adapter: createDatabaseAdapter('test', config) });
  await seedDatabase(prisma);
  const run = async ({ viewer, token, clientAddress, ...payload }: Call): Promise<TestResult> => {
    const bearer = token ?? (viewer && (await tokens.sign(viewer)));
    const headers = {
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(clientAddress !== undefined && { [clientAddressHeader]: clientAddress }),
    };
    const response = await app.inject({ method: 'POST', url: '/graphql', headers, payload });
    return { errors: undefined, ...response.json<{ data: unknown }>() };
  };
  return {
    app,
    config,
    prisma,
    clock,
    logLines,
    run,
    async register(email) {
      const variables = { input: { email, name: 'Ada', password } };
      return (await run({ query: registerMutation, variables })).data.register;
    },
    async logIn(email, { secret = password, clientAddress } = {}) {
      const variables = { input: { email, password: secret } };
      return (await run({ query: logInMutation, variables, clientAddress })).data.logIn;
    },
    createUser: (email) =>
      prisma.user.create({
        data: {
          id: crypto.randomUUID(),
          email,
          name: 'Somebody',
          passwordHash: 'none',
          roles: ['CUSTOMER'],
        },
      }),
    async [Symbol.asyncDispose]() {
      await prisma.$disconnect();
      await subgraph[Symbol.asyncDispose]();
    },
  };
}

import { StartupError } from '@plaza/prisma/startup-error';
import { isPubSubUrl } from '@plaza/pub-sub/pub-sub-url';
import { z } from 'zod';
import { readSignatureKeys, type SignatureKeys } from './auth/signature-keys.ts';

/** Settings that every subgraph has. */
export interface SubgraphConfig {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly databaseUrl: string;
  readonly databasePoolMax: number;
  readonly databaseConnectTimeoutMs: number;
  readonly databaseStatementTimeoutMs: number;
  readonly messageBusUrl: string;
  readonly pubSubUrl: string;
  readonly jwksUrl: string;
  readonly jwksTimeoutMs: number;
  readonly jwksCacheMs: number;
  readonly jwksCooldownMs: number;
  readonly tokenIssuer: string;
  readonly tokenAudience: string;
  /** Keys of gateways; without any, all are answered who reach this process. */
  readonly gatewayKeys: SignatureKeys;
  readonly bodyBytesMax: number;
  readonly requestTimeoutMs: number;
  /** Demo data are refused there. */
  readonly isProduction: boolean;
  /** OpenTelemetry collector; undefined: nothing is traced. */
  readonly otlpEndpoint?: string | undefined;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
}

/** A TCP port from the environment. */
export function port(byDefault: number) {
  return z.coerce.number().int().min(0).max(65_535).default(byDefault);
}

/** A whole number from the environment, such as milliseconds or bytes. */
export function amount(byDefault: number, { min = 1, max = 2 ** 31 - 1 } = {}) {
  return z.coerce.number().int().min(min).max(max).default(byDefault);
}

/** A PostgreSQL connection URL; the default is the database of that name of `npm start`. */
export function databaseUrl(database: string) {
  return z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' })
    .default(`postgresql://postgres@127.0.0.1:54329/${database}`);
}

/** The database `bus` of `npm start`. */
const embeddedBus = 'postgresql://postgres@127.0.0.1:54329/bus';

/** Environment keys that all subgraphs read: spread them into a subgraph's own zod object. */
export const sharedEnvironment = {
  /** Address that the subgraphs listen on. */
  SUBGRAPH_HOST: z.string().default('127.0.0.1'),
  /** Most connections that one process opens to its database. */
  SUBGRAPH_DATABASE_POOL_MAX: amount(10, { max: 1_000 }),
  /** How long to wait for a database connection, in milliseconds. */
  SUBGRAPH_DATABASE_CONNECT_TIMEOUT_MS: amount(5_000),
  /** How long one SQL statement may run, in milliseconds. */
  SUBGRAPH_DATABASE_STATEMENT_TIMEOUT_MS: amount(10_000),
  /** Where messages between subgraphs go: postgresql:// (a database of its own) or amqp://. */
  MESSAGE_BUS_URL: z
    .url({
      protocol: /^(postgres(ql)?|amqps?)$/,
      error: 'must start with postgresql:// or amqp://',
    })
    .default(embeddedBus),
  /** Where live announcements go: postgresql:// or redis://, with commas nodes of one cluster. */
  PUB_SUB_URL: z
    .string()
    .refine(isPubSubUrl, 'must start with postgresql:// or redis://')
    .default(embeddedBus),
  /** Where the keys that tokens are verified with are published. */
  JWKS_URL: z.url().default('http://localhost:4001/.well-known/jwks.json'),
  /** How long one fetch of the keys may take, in milliseconds. */
  JWKS_TIMEOUT_MS: amount(3_000),
  /** How long fetched keys are trusted, in milliseconds. */
  JWKS_CACHE_MS: amount(600_000),
  /** Least time between two fetches because of an unknown key id, in milliseconds. */
  JWKS_COOLDOWN_MS: amount(30_000),
  /** The `iss` that tokens must carry. */
  TOKEN_ISSUER: z.string().min(1).default('plaza-identity'),
  /** The `aud` that tokens must carry. */
  TOKEN_AUDIENCE: z.string().min(1).default('plaza'),
  /** Keys of gateways, <id>:<secret> or <id>:ed25519:<public key>, with commas: only what they sign is answered; all is without. */
  SUBGRAPH_GATEWAY_KEYS: z
    .string()
    .default('')
    .transform((text, context) => {
      try {
        return readSignatureKeys(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
        return z.NEVER;
      }
    }),
  /** Largest request body, in bytes. */
  SUBGRAPH_BODY_BYTES_MAX: amount(1_048_576),
  /** How long one request may take, in milliseconds. */
  SUBGRAPH_REQUEST_TIMEOUT_MS: amount(13_000),
  /** OpenTelemetry collector that takes OTLP over HTTP, such as http://localhost:4318. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** `production` refuses demo data. */
  NODE_ENV: z.string().default('development'),
  /** Least severe log lines that are written. */
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
};

type SharedEnvironment = z.output<z.ZodObject<typeof sharedEnvironment>>;

/** The shared settings under the names that the code uses. */
export function toSharedConfig(
  environment: SharedEnvironment,
): Omit<SubgraphConfig, 'databaseUrl' | 'port'> {
  return {
    host: environment.SUBGRAPH_HOST,
    databasePoolMax: environment.SUBGRAPH_DATABASE_POOL_MAX,
    databaseConnectTimeoutMs: environment.SUBGRAPH_DATABASE_CONNECT_TIMEOUT_MS,
    databaseStatementTimeoutMs: environment.SUBGRAPH_DATABASE_STATEMENT_TIMEOUT_MS,
    messageBusUrl: environment.MESSAGE_BUS_URL,
    pubSubUrl: environment.PUB_SUB_URL,
    jwksUrl: environment.JWKS_URL,
    jwksTimeoutMs: environment.JWKS_TIMEOUT_MS,
    jwksCacheMs: environment.JWKS_CACHE_MS,
    jwksCooldownMs: environment.JWKS_COOLDOWN_MS,
    tokenIssuer: environment.TOKEN_ISSUER,
    tokenAudience: environment.TOKEN_AUDIENCE,
    gatewayKeys: environment.SUBGRAPH_GATEWAY_KEYS,
    bodyBytesMax: environment.SUBGRAPH_BODY_BYTES_MAX,
    requestTimeoutMs: environment.SUBGRAPH_REQUEST_TIMEOUT_MS,
    otlpEndpoint: environment.OTEL_EXPORTER_OTLP_ENDPOINT,
    isProduction: environment.NODE_ENV === 'production',
    logLevel: environment.LOG_LEVEL,
  };
}

/** Reads the environment by its zod object. Throws StartupError that lists every problem at once. */
export function readEnvironment<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new StartupError(`Set these environment variables right. ${problems.join('; ')}`);
}

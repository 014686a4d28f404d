import { resolve } from 'node:path';
import { readEnvironment } from '@plaza/kit/environment';
import { z } from 'zod';
import { repositoryRoot } from './repository-root.ts';

/** Environment keys of the launcher; each subgraph reads its own besides. */
const platformEnvironment = z.object({
  /** Where the embedded database and other local state are kept. */
  PLAZA_DATA_FOLDER: z.string().min(1).default('.plaza'),
  /** Port of the gateway. */
  PLAZA_PORT: z.coerce.number().int().min(1).max(65_535).default(4000),
  /** Port that the embedded database takes if it is free. */
  PLAZA_POSTGRES_PORT: z.coerce.number().int().min(1).max(65_535).default(54_329),
  /** Port of the payment provider's sandbox. */
  PAYMENT_SANDBOX_PORT: z.coerce.number().int().min(1).max(65_535).default(4090),
  /** Message bus of your own, amqp://…; the embedded database carries messages otherwise. */
  RABBITMQ_URL: z.url({ protocol: /^amqps?$/ }).optional(),
  /** Live announcements on a server of your own, redis://…; the embedded database otherwise. */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  /** Least severe log lines that the subgraphs and the gateway write below the banner. */
  PLAZA_LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('warn'),
});

export interface PlatformConfig {
  /** Absolute path. */
  readonly dataFolder: string;
  readonly gatewayPort: number;
  readonly postgresPort: number;
  readonly sandboxPort: number;
  readonly logLevel: string;
  /** What the process was started with: the subgraphs read their own keys from it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Reads the launcher's settings. Throws StartupError with all problems at once. */
export function readPlatformConfig(environment = process.env): PlatformConfig {
  const values = readEnvironment(platformEnvironment, environment);
  return {
    dataFolder: resolve(repositoryRoot, values.PLAZA_DATA_FOLDER),
    gatewayPort: values.PLAZA_PORT,
    postgresPort: values.PLAZA_POSTGRES_PORT,
    sandboxPort: values.PAYMENT_SANDBOX_PORT,
    logLevel: values.PLAZA_LOG_LEVEL,
    environment: { ...environment },
  };
}

/** The environment of a child process: ours, with the given variables set. */
export function childEnvironment(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...variables };
}

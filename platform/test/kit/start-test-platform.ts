import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@plaza/prisma/free-port';
import { childEnvironment } from '../../src/config.ts';
import { repositoryRoot } from '../../src/repository-root.ts';

const startCommand = join(repositoryRoot, 'platform', 'dist', 'src', 'commands', 'start.js');
/** Start on an empty data folder, with the machine busy with other tests. */
const readyTimeoutMs = 90_000;

export interface GraphAnswer {
  readonly status: number;
  readonly text: string;
  readonly data: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string };
  }[];
}

export interface TestPlatform extends AsyncDisposable {
  readonly url: string;
  readonly dataFolder: string;
  readonly ports: Readonly<Record<string, string>>;
  readonly launcher: ChildProcess;
  /** All that was printed so far. */
  printed(): string;
  execute(query: string, options?: { token?: string; variables?: object }): Promise<GraphAnswer>;
  /** The access token of a demo account. */
  logIn(email: string, password: string): Promise<string>;
  /** Ctrl-C; resolves with the exit code. */
  interrupt(): Promise<number>;
}

/** Runs the start command as a person would, on a data folder and ports of its own. */
export async function startTestPlatform(
  environment: Readonly<Record<string, string>> = {},
  dataFolder = mkdtempSync(join(tmpdir(), 'plaza-platform-')),
): Promise<TestPlatform> {
  const ports = await pickPorts();
  const { launcher, printed } = runStart({
    PLAZA_DATA_FOLDER: dataFolder,
    ...ports,
    ...environment,
  });
  const exited = once(launcher, 'exit').then(([code]) => Number(code ?? 1));
  const url = `http://localhost:${ports.PLAZA_PORT}`;
  const interrupt = (): Promise<number> => {
    launcher.kill('SIGINT');
    return exited;
  };
  const execute = executeOn(url);
  const stop = async (): Promise<void> => {
    if (launcher.exitCode === null) await interrupt();
    rmSync(dataFolder, { recursive: true, force: true });
  };
  try {
    await untilPrinted(printed, 'Ctrl-C stops everything', exited);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    dataFolder,
    ports,
    launcher,
    printed,
    execute,
    logIn: async (email, password) => {
      const { data } = await execute(
        `mutation ($email: String!, $password: String!) {
          logIn(input: { email: $email, password: $password }) {
            ... on LogInSuccess { accessToken }
          }
        }`,
        { variables: { email, password } },
      );
      return (data as { logIn: { accessToken: string } }).logIn.accessToken;
    },
    interrupt,
    [Symbol.asyncDispose]: stop,
  };
}

/** Starts the command without waiting; for starts that are expected to fail. */
export function runStart(environment: Readonly<Record<string, string>>): {
  launcher: ChildProcess;
  printed: () => string;
} {
  const launcher = spawn(process.execPath, [startCommand], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: childEnvironment(environment),
  });
  let output = '';
  for (const stream of [launcher.stdout, launcher.stderr]) {
    stream.on('data', (chunk) => {
      output += String(chunk);
    });
  }
  return { launcher, printed: () => output };
}

/** Below the range that the system takes ports for outgoing connections from (32768 on Linux). */
const portsFrom = 20_000;
const portsCount = 10_000;

/** Environment variables that put the platform on ports that nothing uses. */
export async function pickPorts(): Promise<Record<string, string>> {
  const variables = ['PLAZA_PORT', 'IDENTITY_PORT', 'TICKETING_PORT', 'PAYMENTS_PORT'];
  variables.push('PLAZA_POSTGRES_PORT', 'PAYMENT_SANDBOX_PORT');
  const first = portsFrom + randomInt(portsCount - variables.length);
  const ports = await Promise.all(variables.map((_, index) => findFreePort(first + index)));
  return Object.fromEntries(variables.map((name, index) => [name, String(ports[index])]));
}

function executeOn(url: string): TestPlatform['execute'] {
  return async (query, { token, variables } = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    return { status: response.status, text, ...JSON.parse(text) };
  };
}

async function untilPrinted(
  printed: () => string,
  text: string,
  exited: Promise<number>,
): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not ready:\n${printed()}`)), readyTimeoutMs);
  const ended = exited.then((code) => {
    throw new Error(`ended with code ${code}:\n${printed()}`);
  });
  ended.catch(() => undefined);
  try {
    while (!printed().includes(text)) {
      await Promise.race([new Promise((next) => setTimeout(next, 50)), ended, late]);
    }
  } finally {
    clearTimeout(timer);
  }
}

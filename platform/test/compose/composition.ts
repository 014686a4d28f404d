import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readTestPostgresUrl } from '@plaza/prisma/config';
import { findFreePort } from '@plaza/prisma/free-port';
import { repositoryRoot } from '../../src/repository-root.ts';
import { type ComposeFile, type ComposeService, readComposeFile } from './compose-file.ts';
import { readImage, repositoryPathOf } from './dockerfile.ts';

/** How long a process may take to be healthy or to finish, with the machine busy. */
const settleTimeoutMs = 60_000;
const healthPollMs = 200;

/** What one process of the composition ended with. */
export interface EndedProcess {
  readonly code: number;
  readonly printed: string;
}

interface RunningProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<EndedProcess>;
  printed(): string;
}

/**
 * Does by hand what `docker compose --profile demo up` does with the images of this repository:
 * the same programs, arguments, folders and variables, in the order that `depends_on` says. What a
 * container brings is put in its place: names of hosts become ports of this machine, the servers
 * become databases of the tests' PostgreSQL, mounted files and volumes a folder of the system's own.
 */
export class Composition implements AsyncDisposable {
  readonly #compose: ComposeFile;
  /** `service:port` of the composition, and where it is here. */
  readonly #addresses: ReadonlyMap<string, string>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'plaza-compose-'));
  readonly #suffix = randomBytes(4).toString('hex');
  readonly #started = new Map<string, Promise<void>>();
  readonly #running = new Map<string, RunningProcess>();

  private constructor(compose: ComposeFile, addresses: ReadonlyMap<string, string>) {
    this.#compose = compose;
    this.#addresses = addresses;
    mkdirSync(join(this.#folder, 'state'));
    for (const { source, target } of this.service('gateway').configs ?? []) {
      const text = readFileSync(join(repositoryRoot, compose.configs[source]?.file ?? ''), 'utf8');
      writeFileSync(join(this.#folder, basename(target)), this.#translate(text));
    }
  }

  static async create(variables: Readonly<Record<string, string>>): Promise<Composition> {
    const compose = readComposeFile(variables);
    const addresses = new Map<string, string>();
    for (const [name, service] of Object.entries(compose.services)) {
      if (service.build === undefined || service.healthcheck?.disable) continue;
      addresses.set(`${name}:${portOf(service)}`, `127.0.0.1:${await findFreePort()}`);
    }
    return new Composition(compose, addresses);
  }

  /** Every service, in the order that they depend on each other. Rejects once nothing is starting. */
  async up(): Promise<void> {
    const names = Object.keys(this.#compose.services);
    const outcomes = await Promise.allSettled(names.map((name) => this.#start(name)));
    const failure = outcomes.find(({ status }) => status === 'rejected');
    if (failure !== undefined) throw (failure as PromiseRejectedResult).reason;
  }

  /** Sends SIGTERM to all that serve, dependents first; resolves with what each ended with. */
  async down(): Promise<Record<string, EndedProcess>> {
    const ended: Record<string, EndedProcess> = {};
    for (const [name, { child, exited }] of [...this.#running].reverse()) {
      child.kill('SIGTERM');
      ended[name] = await exited;
      this.#running.delete(name);
    }
    return ended;
  }

  service(name: string): ComposeService {
    const service = this.#compose.services[name];
    if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
    return service;
  }

  /** Where a service that listens is on this machine. */
  urlOf(name: string): string {
    const address = this.#addresses.get(`${name}:${portOf(this.service(name))}`);
    return `http://${address}`;
  }

  /** Runs a service that ends by itself, with more variables if wanted. */
  run(name: string, variables: Readonly<Record<string, string>> = {}): Promise<EndedProcess> {
    const image = readImage(this.service(name));
    return this.#spawn(name, this.service(name).command ?? image.command, variables).exited;
  }

  /** The health check of a service's image, as an engine would run it inside. */
  checkHealth(name: string, variables: Readonly<Record<string, string>> = {}) {
    return this.#spawn(name, readImage(this.service(name)).healthCheck, variables).exited;
  }

  /** The variables of a service's process here: its image's and its own, addresses translated. */
  environmentOf(name: string): Record<string, string> {
    const service = this.service(name);
    const given = { ...readImage(service).environment, ...service.environment };
    const environment: Record<string, string> = { ...this.#portVariable(name) };
    for (const [variable, value] of Object.entries(given)) {
      const own = value.replace(/^http:\/\/127\.0\.0\.1:/, `http://${name}:`);
      environment[variable] = this.#translate(own);
    }
    return environment;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child, exited } of this.#running.values()) {
      child.kill('SIGKILL');
      await exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #start(name: string): Promise<void> {
    const started = this.#started.get(name) ?? this.#startAfterOthers(name);
    this.#started.set(name, started);
    return started;
  }

  async #startAfterOthers(name: string): Promise<void> {
    const service = this.service(name);
    await Promise.all(Object.keys(service.depends_on ?? {}).map((other) => this.#start(other)));
    if (service.build === undefined) return;
    if (service.healthcheck?.disable) {
      const { code, printed } = await this.run(name);
      if (code !== 0) throw new Error(`${name} ended with code ${code}:\n${printed}`);
      return;
    }
    const running = this.#spawn(name, service.command ?? readImage(service).command);
    this.#running.set(name, running);
    await this.#untilHealthy(name, running);
  }

  #spawn(
    name: string,
    [program, ...args]: readonly string[],
    variables: Readonly<Record<string, string>> = {},
  ): RunningProcess {
    if (program !== 'node') throw new Error(`${name} starts ${program}, which is not in its image`);
    const cwd = repositoryPathOf(readImage(this.service(name)).workingFolder);
    // Nothing of the tests' own environment reaches the process: a container would not have it.
    const env = { ...this.environmentOf(name), ...variables };
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += String(chunk);
      });
    }
    const printed = (): string => output;
    const exited = once(child, 'close').then(([code, signal]) => {
      return { code: Number(code ?? -1), printed: `${output}${signal ?? ''}` };
    });
    return { child, exited, printed };
  }

  async #untilHealthy(name: string, { child, printed }: RunningProcess): Promise<void> {
    const { HEALTH_URL = '' } = this.environmentOf(name);
    for (let waitedMs = 0; waitedMs < settleTimeoutMs; waitedMs += healthPollMs) {
      if (child.exitCode !== null) break;
      const answer = await fetch(HEALTH_URL).catch(() => undefined);
      if (answer?.ok) return;
      await delay(healthPollMs);
    }
    throw new Error(`${name} is not healthy:\n${printed()}`);
  }

  /** Containers all have an address of their own; here a port must do. */
  #portVariable(name: string): Record<string, string> {
    const address = this.#addresses.get(`${name}:${portOf(this.service(name))}`);
    if (address === undefined) return {};
    const variable = `${name.toUpperCase().replaceAll('-', '_')}_PORT`;
    return { [variable]: new URL(`http://${address}`).port };
  }

  #translate(text: string): string {
    const servers = /\b(postgresql|amqp|redis):\/\/[^/\s]*?([a-z-]+):\d+(?:\/\w*)?/g;
    let translated = text
      .replaceAll(servers, (_url, scheme: string, host: string) => {
        const database = scheme === 'postgresql' ? host.replace('-postgres', '') : 'bus';
        const url = new URL(readTestPostgresUrl());
        url.pathname = `/compose_${database}_${this.#suffix}`;
        return url.href;
      })
      .replaceAll('/etc/plaza/', `${this.#folder}/`)
      .replaceAll('/var/lib/plaza/', `${this.#folder}/state/`);
    for (const [there, here] of this.#addresses) translated = translated.replaceAll(there, here);
    return translated;
  }
}

/** The port that a process listens on in its container. */
function portOf(service: ComposeService): string {
  const image = readImage(service);
  const { HEALTH_URL = '' } = { ...image.environment, ...service.environment };
  return new URL(HEALTH_URL).port;
}

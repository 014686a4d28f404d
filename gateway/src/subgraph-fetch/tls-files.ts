import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { AppError } from '@plaza/schema/errors';
import type { Logger } from '../telemetry/logger.ts';
import type { SubgraphSettings } from './subgraph-settings.ts';

/** What TLS connections to a subgraph are made with, as Node.js names it. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
}

type TlsSettings = SubgraphSettings['tls'];

/** Called with what the files have become. */
type OnTlsChange = (material: TlsMaterial) => void;

const fileKeys = ['ca', 'cert', 'key'] as const;

/** The certificates for a subgraph, read again when their files change. */
export class TlsFiles implements Disposable {
  readonly #settings: TlsSettings;
  readonly #timer: NodeJS.Timeout;
  readonly #logger: Logger | undefined;
  #version: string;
  #material: TlsMaterial;
  #listener: OnTlsChange | undefined;

  /** Throws AppError BAD_USER_INPUT when a file cannot be read. */
  constructor(
    { tls, tlsCheckIntervalMs }: Pick<SubgraphSettings, 'tls' | 'tlsCheckIntervalMs'>,
    logger: Logger | undefined,
  ) {
    this.#settings = tls;
    this.#logger = logger;
    this.#version = versionOf(tls);
    this.#material = readTlsMaterial(tls);
    this.#timer = setInterval(() => this.#look(), tlsCheckIntervalMs).unref();
  }

  get material(): TlsMaterial {
    return this.#material;
  }

  onChange(listener: OnTlsChange): void {
    this.#listener = listener;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** Files of which one has been replaced and the others not yet do not fit: they are looked at again. */
  #look(): void {
    try {
      const version = versionOf(this.#settings);
      if (version === this.#version) return;
      const material = readTlsMaterial(this.#settings);
      this.#version = version;
      this.#material = material;
      this.#listener?.(material);
    } catch (error) {
      this.#logger?.warn({ error }, 'certificates not read again');
    }
  }
}

/** True where there is something to read. */
export function hasTls(tls: TlsSettings): boolean {
  return Object.values(tls).some((value) => value !== undefined);
}

/**
 * Reads what connections are made with. Throws AppError BAD_USER_INPUT for files that cannot be used.
 */
export function readTlsMaterial(tls: TlsSettings): TlsMaterial {
  const material: Record<string, string> = {};
  if (tls.servername !== undefined) material.servername = tls.servername;
  for (const key of fileKeys) {
    const file = tls[key];
    if (file !== undefined) material[key] = readPem(file);
  }
  requireFit(material);
  return material;
}

/** Throws AppError BAD_USER_INPUT for what is no PEM, or a key that belongs to another certificate. */
function requireFit(material: TlsMaterial): void {
  try {
    createSecureContext(material);
  } catch (error) {
    const message = `The TLS files of a subgraph do not fit: ${(error as Error).message}`;
    throw new AppError('BAD_USER_INPUT', message, { cause: error });
  }
}

function readPem(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const message = `The TLS file ${file} cannot be read`;
    throw new AppError('BAD_USER_INPUT', message, { cause: error });
  }
  // Node.js takes an empty text, as while the file is being written, for none.
  if (text.includes('-----BEGIN ')) return text;
  throw new AppError('BAD_USER_INPUT', `The TLS file ${file} has no PEM block`);
}

function versionOf(tls: TlsSettings): string {
  return fileKeys
    .map((key) => {
      const file = tls[key];
      const stats = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
      return `${stats?.mtimeMs} ${stats?.size} ${stats?.ino}`;
    })
    .join();
}

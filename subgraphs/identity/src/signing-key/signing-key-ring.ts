import type { SubgraphContext } from '@plaza/kit/subgraph';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose';
import type { Prisma, PrismaClient, SigningKey } from '../generated/prisma/client.ts';
import { toKeySchedule } from './key-schedule.ts';
import type { PrivateKeyCipher } from './private-key-cipher.ts';

/** Any number that no other advisory lock of identity uses. */
const signingKeyLock = 1_001;
/** How long a replica works with the keys it read before it looks for new ones. */
const keysMaxAgeMs = 5_000;

export interface SigningKeyRingOptions {
  readonly prisma: PrismaClient;
  readonly cipher: PrivateKeyCipher;
  readonly log: SubgraphContext['log'];
  readonly now: () => number;
}

export interface ActiveKey {
  readonly id: string;
  readonly privateKey: CryptoKey;
}

interface ReadKeys {
  readonly rows: readonly SigningKey[];
  readonly readAt: number;
}

/**
 * The keys that tokens are signed and verified with. Replicas share them in the database and notice a
 * rotation within 5 seconds; while the database is away the last read keys stay in use.
 */
export class SigningKeyRing {
  readonly #use: SigningKeyRingOptions;
  #keys: ReadKeys;
  #reading: Promise<ReadKeys> | undefined;
  #opened: ActiveKey | undefined;

  private constructor(use: SigningKeyRingOptions, keys: ReadKeys) {
    this.#use = use;
    this.#keys = keys;
  }

  /** Creates the first key where there is none (replicas that start together agree on it) and encrypts plain ones. */
  static async open(use: SigningKeyRingOptions): Promise<SigningKeyRing> {
    const { prisma, cipher, log, now } = use;
    const rows = await prisma.$transaction(async (transaction) => {
      await lockSigningKeys(transaction);
      const found = await transaction.signingKey.findMany();
      for (const { id, privateJwk } of found.filter((key) => cipher.isOutdated(key.privateJwk))) {
        const sealed = await cipher.seal(privateJwk as JWK, id);
        await transaction.signingKey.update({ where: { id }, data: { privateJwk: { ...sealed } } });
        log.info({ 'signing_key.id': id }, 'signing key encrypted');
      }
      if (found.length === 0) {
        const created = await createSigningKey(transaction, cipher, new Date(now()));
        log.info({ 'signing_key.id': created.id }, 'signing key created');
      }
      return transaction.signingKey.findMany();
    });
    const ring = new SigningKeyRing(use, { rows, readAt: now() });
    await ring.activeKey(); // a wrong key-encryption key stops the start, not the first log-in
    return ring;
  }

  /** What new tokens are signed with. */
  async activeKey(): Promise<ActiveKey> {
    const { active } = toKeySchedule(await this.#current(), this.#use.now());
    if (this.#opened?.id !== active.id) {
      const jwk = await this.#use.cipher.open(active.privateJwk, active.id);
      const privateKey = (await importJWK(jwk, 'EdDSA')) as CryptoKey;
      this.#opened = { id: active.id, privateKey };
    }
    return this.#opened;
  }

  /** Public keys of all tokens that may be valid now or soon, for the JWKS. */
  async publicKeySet(): Promise<JSONWebKeySet> {
    const { published } = toKeySchedule(await this.#current(), this.#use.now());
    return { keys: published.map(toPublicJwk) };
  }

  /** Finds the key of a token, for jose. */
  readonly verificationKey: JWTVerifyGetKey = async (header, token) =>
    createLocalJWKSet(await this.publicKeySet())(header, token);

  /** Reads the keys again at the next use, after a change. */
  forget(): void {
    this.#keys = { ...this.#keys, readAt: Number.NEGATIVE_INFINITY };
  }

  async #current(): Promise<readonly SigningKey[]> {
    const { now, log } = this.#use;
    if (now() - this.#keys.readAt < keysMaxAgeMs) return this.#keys.rows;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    try {
      this.#keys = await this.#reading;
    } catch (error) {
      log.warn({ err: error }, 'signing keys could not be read again');
    }
    return this.#keys.rows;
  }

  async #read(): Promise<ReadKeys> {
    return { rows: await this.#use.prisma.signingKey.findMany(), readAt: this.#use.now() };
  }
}

/** Lets one transaction at a time change the keys. */
export async function lockSigningKeys(transaction: Prisma.TransactionClient): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${signingKeyLock})`;
}

/** Makes a key pair that signs from a moment on. */
export async function createSigningKey(
  transaction: Prisma.TransactionClient,
  cipher: PrivateKeyCipher,
  activatesAt: Date,
): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const id = await calculateJwkThumbprint(publicJwk);
  const sealed = await cipher.seal(await exportJWK(privateKey), id);
  return transaction.signingKey.create({
    data: { id, publicJwk: { ...publicJwk }, privateJwk: { ...sealed }, activatesAt },
  });
}

function toPublicJwk({ id, publicJwk }: SigningKey): JWK {
  return { ...(publicJwk as JWK), kid: id, alg: 'EdDSA', use: 'sig' };
}

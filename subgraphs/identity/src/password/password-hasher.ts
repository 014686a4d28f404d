import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { WorkQueue } from '@plaza/kit/work-queue';
import { tooManyLogIns } from './too-many-log-ins.ts';

/** scrypt's cost: 2^15 blocks of 1 KiB (32 MiB) three times over, as OWASP advises for this memory. */
const costLog2 = 15;
const blockSize = 8;
const parallelism = 3;
const saltBytes = 16;
const hashBytes = 32;
/** Hashes at once: each holds 32 MiB and a thread. Waiting ends well before the request's timeout. */
const limits = {
  runningMax: 2,
  waitingMax: 24,
  waitTimeoutMs: 5_000,
  refusal: tooManyLogIns,
};
/** Hashes of other costs are read up to this memory, so that a raised cost keeps old passwords valid. */
const memoryBytesMax = 256 * 1_024 * 1_024;

export interface PasswordHasher {
  /** A PHC string with a fresh salt. Throws RATE_LIMITED when too many hashes are wanted. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password has this hash. Takes as long without a hash (nobody has the address), so
   * that time does not tell which addresses exist. Throws RATE_LIMITED like `hash`.
   */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}

/** A hasher by scrypt (RFC 7914) that bounds how much of the machine log-ins may take. */
export async function createPasswordHasher(): Promise<PasswordHasher> {
  const queue = new WorkQueue(limits);
  const nobodysHash = await computeHash(randomBytes(saltBytes).toString('hex'));
  return {
    hash: (password) => queue.run(() => computeHash(password)),
    verify: (password, hash) =>
      queue.run(async () => {
        const isMatch = await matches(password, hash ?? nobodysHash);
        return hash !== undefined && isMatch;
      }),
  };
}

async function computeHash(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const options = { N: 2 ** costLog2, r: blockSize, p: parallelism, maxmem: memoryBytesMax };
  const key = await deriveKey(password, salt, hashBytes, options);
  const parameters = `ln=${costLog2},r=${blockSize},p=${parallelism}`;
  return `$scrypt$${parameters}$${toBase64(salt)}$${toBase64(key)}`;
}

const phcString = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/;

async function matches(password: string, hash: string): Promise<boolean> {
  const [, ln, r, p, salt, key] = phcString.exec(hash) ?? [];
  if (!salt || !key) throw new Error('A stored password hash is not a scrypt PHC string');
  const expected = Buffer.from(key, 'base64');
  const options = { N: 2 ** Number(ln), r: Number(r), p: Number(p), maxmem: memoryBytesMax };
  const saltOfHash = Buffer.from(salt, 'base64');
  return timingSafeEqual(await deriveKey(password, saltOfHash, expected.length, options), expected);
}

function deriveKey(
  password: string,
  salt: Buffer,
  length: number,
  options: ScryptOptions,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // One password, however a keyboard composes its accents (RFC 8265 section 4.2).
    scrypt(password.normalize('NFC'), salt, length, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function toBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'ava';
import { decodeBase45, encodeBase45 } from './base45.ts';
import { deriveTicketSecret, rotatingCode } from './rotating-code.ts';
import { signTicketCode } from './sign-ticket-code.ts';
import type { TicketClaims } from './ticket-claims.ts';
import { staticCodeLength, type TicketGate, verifyTicketCode } from './verify-ticket-code.ts';

interface TestVectors {
  readonly privateSeedHex: string;
  readonly publicKeyHex: string;
  readonly scheduleMasterHex: string;
  readonly codes: readonly {
    readonly name: string;
    readonly keyId: number;
    readonly claims: TicketClaims;
    readonly staticCode: string;
    readonly ticketSecretHex: string;
    readonly nowMs: number;
    readonly rotatingCode: string;
  }[];
}

const vectorsUrl = new URL('../../../src/ticket-code/test-vectors.json', import.meta.url);
const vectors = JSON.parse(readFileSync(vectorsUrl, 'utf8')) as TestVectors;
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex'); // RFC 8410 section 7
const privateKey = createPrivateKey({
  key: Buffer.concat([pkcs8Prefix, Buffer.from(vectors.privateSeedHex, 'hex')]),
  format: 'der',
  type: 'pkcs8',
});
const publicKey = createPublicKey(privateKey);
const master = Buffer.from(vectors.scheduleMasterHex, 'hex');
const key = { id: 1, privateKey };
const nowMs = 1_767_225_600_000;
const nowSeconds = nowMs / 1_000;
const ticket: TicketClaims = {
  ticketId: '01961b5c-3a00-7abc-8def-0123456789ab',
  scheduleId: '01961b5c-3a00-7000-9000-00000000d001',
  sectionPosition: 4,
  gatePositions: [1, 3],
  generation: 2,
  notBeforeSeconds: nowSeconds - 3_600,
  notAfterSeconds: nowSeconds + 3_600,
  isDigital: true,
};
const printed: TicketClaims = { ...ticket, isDigital: false };

function gate(changes: Partial<TicketGate> = {}): TicketGate {
  return {
    publicKeys: new Map([[1, publicKey]]),
    scheduleMasters: new Map([[ticket.scheduleId, master]]),
    gatePosition: 3,
    knownGeneration: () => 2,
    nowMs,
    ...changes,
  };
}

function screenText(claims: TicketClaims, atMs = nowMs): string {
  return signTicketCode(claims, key) + rotatingCode(deriveTicketSecret(master, claims), atMs);
}

for (const vector of vectors.codes) {
  test(`makes and accepts the vector of another implementation: ${vector.name}`, (t) => {
    const { claims } = vector;
    t.is(signTicketCode(claims, { id: vector.keyId, privateKey }), vector.staticCode);
    const secret = deriveTicketSecret(master, claims);
    t.is(secret.toString('hex'), vector.ticketSecretHex);
    t.is(rotatingCode(secret, vector.nowMs), vector.rotatingCode);
    const published = createPublicKey({
      key: {
        kty: 'OKP',
        crv: 'Ed25519',
        x: Buffer.from(vectors.publicKeyHex, 'hex').toString('base64url'),
      },
      format: 'jwk',
    });
    const text = vector.staticCode + (claims.isDigital ? vector.rotatingCode : '');
    const verdict = verifyTicketCode(text, {
      publicKeys: new Map([[vector.keyId, published]]),
      scheduleMasters: new Map([[claims.scheduleId, master]]),
      knownGeneration: () => undefined,
      nowMs: vector.nowMs,
    });
    t.deepEqual(verdict, { outcome: 'ok', claims, listing: 'unlisted' });
  });
}

test('fits a version 7 QR code at error correction M, in alphanumeric mode', (t) => {
  const qrVersion7MCharacters = 178;
  const text = screenText(ticket);
  t.is(text.length, staticCodeLength + 6);
  t.true(text.length <= qrVersion7MCharacters);
  t.regex(text, /^[0-9A-Z $%*+\-./:]+$/);
});

test('refuses a printed code after any single bit of its bytes is flipped', (t) => {
  const bytes = decodeBase45(signTicketCode(printed, key)) ?? Buffer.alloc(0);
  t.is(bytes.length, 114);
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const verdict = verifyTicketCode(encodeBase45(flipped), gate());
    if (verdict.outcome !== 'invalid') t.fail(`bit ${bit}: ${verdict.outcome}`);
  }
  t.is(verifyTicketCode(encodeBase45(bytes), gate()).outcome, 'ok');
});

test('refuses a screen code after any single character is replaced', (t) => {
  const text = screenText(ticket);
  for (let at = 0; at < text.length; at += 1) {
    const replacement = text[at] === '7' ? '8' : '7';
    const changed = text.slice(0, at) + replacement + text.slice(at + 1);
    const verdict = verifyTicketCode(changed, gate());
    if (verdict.outcome !== 'invalid') t.fail(`character ${at}: ${verdict.outcome}`);
  }
  t.is(verifyTicketCode(text, gate()).outcome, 'ok');
});

test('brings random claims back exactly as they were signed', (t) => {
  const random = createRandom(20_260_101);
  for (let round = 0; round < 300; round += 1) {
    const notBeforeSeconds = random(0xffff_ffff);
    const claims: TicketClaims = {
      ticketId: randomUuid(random),
      scheduleId: randomUuid(random),
      sectionPosition: random(0xffff),
      gatePositions: Array.from({ length: 32 }, (_, at) => at).filter(() => random(1) === 1),
      generation: random(0xffff),
      notBeforeSeconds,
      notAfterSeconds: notBeforeSeconds + random(0xffff_ffff - notBeforeSeconds),
      isDigital: random(1) === 1,
    };
    const atMs = claims.notBeforeSeconds * 1_000;
    const text = claims.isDigital ? screenText(claims, atMs) : signTicketCode(claims, key);
    const { gatePosition: _none, ...anyGate } = gate({
      scheduleMasters: new Map([[claims.scheduleId, master]]),
      knownGeneration: () => claims.generation,
      nowMs: atMs,
    });
    t.deepEqual(verifyTicketCode(text, anyGate), { outcome: 'ok', claims, listing: 'listed' });
  }
});

test('refuses a code that somebody else signed, or under a key id that is not known', (t) => {
  const forger = generateKeyPairSync('ed25519').privateKey;
  const forged = signTicketCode(printed, { id: 1, privateKey: forger });
  t.deepEqual(verifyTicketCode(forged, gate()), { outcome: 'invalid', reason: 'bad_signature' });
  const unknown = signTicketCode(printed, { id: 9, privateKey });
  t.deepEqual(verifyTicketCode(unknown, gate()), { outcome: 'invalid', reason: 'unknown_key' });
});

test('takes a signature over the bare claims for nothing', (t) => {
  const bytes = decodeBase45(signTicketCode(printed, key)) ?? Buffer.alloc(0);
  const body = bytes.subarray(0, 50);
  const swapped = Buffer.concat([body, sign(null, body, privateKey)]);
  t.like(verifyTicketCode(encodeBase45(swapped), gate()), { reason: 'bad_signature' });
});

test('accepts both keys while one replaces the other', (t) => {
  const next = generateKeyPairSync('ed25519');
  const publicKeys = new Map([
    [1, publicKey],
    [2, next.publicKey],
  ]);
  const renewed = signTicketCode(printed, { id: 2, privateKey: next.privateKey });
  t.is(verifyTicketCode(renewed, gate({ publicKeys })).outcome, 'ok');
  t.is(verifyTicketCode(signTicketCode(printed, key), gate({ publicKeys })).outcome, 'ok');
});

test('refuses texts that are no ticket code, whatever the scanner read', (t) => {
  const code = signTicketCode(printed, key);
  const others = ['', 'https://example.org', code.slice(1), `${code}1`, code.toLowerCase()];
  for (const text of [...others, '\u0000'.repeat(171), ':'.repeat(171), 'x'.repeat(100_000)]) {
    t.deepEqual(verifyTicketCode(text, gate()), {
      outcome: 'invalid',
      reason: 'not_a_ticket_code',
    });
  }
});

test('refuses versions and flags that this layout does not have', (t) => {
  const bytes = decodeBase45(signTicketCode(printed, key)) ?? Buffer.alloc(0);
  for (const first of [0x00, 0x20, 0x12, 0x18]) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(first, 0);
    t.like(verifyTicketCode(encodeBase45(changed), gate()), { reason: 'unknown_version' });
  }
});

test('refuses a screenshot once its step and the next have passed', (t) => {
  const screenshot = screenText(ticket);
  t.is(verifyTicketCode(screenshot, gate({ nowMs: nowMs + 59_999 })).outcome, 'ok');
  const later = verifyTicketCode(screenshot, gate({ nowMs: nowMs + 60_000 }));
  t.deepEqual(later, { outcome: 'invalid', reason: 'rotating_code_wrong' });
});

test('asks a screen ticket for its rotating part and refuses one on a printed ticket', (t) => {
  const bare = verifyTicketCode(signTicketCode(ticket, key), gate());
  t.deepEqual(bare, { outcome: 'invalid', reason: 'rotating_code_missing' });
  const digits = rotatingCode(deriveTicketSecret(master, printed), nowMs);
  const decorated = verifyTicketCode(signTicketCode(printed, key) + digits, gate());
  t.deepEqual(decorated, { outcome: 'invalid', reason: 'rotating_code_unexpected' });
});

test('kills a lower generation when a higher one is known, and takes a newer one', (t) => {
  const text = screenText(ticket);
  t.deepEqual(verifyTicketCode(text, gate({ knownGeneration: () => 3 })), {
    outcome: 'revoked',
    claims: ticket,
    knownGeneration: 3,
  });
  t.like(verifyTicketCode(text, gate({ knownGeneration: () => 2 })), { listing: 'listed' });
  t.like(verifyTicketCode(text, gate({ knownGeneration: () => 1 })), { listing: 'newer' });
  t.like(verifyTicketCode(text, gate({ knownGeneration: () => undefined })), {
    outcome: 'ok',
    listing: 'unlisted',
  });
});

test("refuses an old generation's digits behind a new generation's code", (t) => {
  const oldSecret = deriveTicketSecret(master, { ...ticket, generation: 1 });
  const text = signTicketCode(ticket, key) + rotatingCode(oldSecret, nowMs);
  t.like(verifyTicketCode(text, gate()), { outcome: 'invalid', reason: 'rotating_code_wrong' });
});

test('is valid from its first to its last second', (t) => {
  const at = (seconds: number) =>
    verifyTicketCode(screenText(ticket, seconds * 1_000), gate({ nowMs: seconds * 1_000 }));
  t.like(at(ticket.notBeforeSeconds - 1), { outcome: 'wrong_time', reason: 'too_early' });
  t.like(at(ticket.notBeforeSeconds), { outcome: 'ok' });
  t.like(at(ticket.notAfterSeconds), { outcome: 'ok' });
  t.like(at(ticket.notAfterSeconds + 1), { outcome: 'wrong_time', reason: 'too_late' });
});

test('refuses a ticket of another schedule and at a gate that it does not name', (t) => {
  const text = screenText(ticket);
  const otherSchedule = verifyTicketCode(text, gate({ scheduleMasters: new Map() }));
  t.like(otherSchedule, { outcome: 'wrong_time', reason: 'other_schedule' });
  t.like(verifyTicketCode(text, gate({ gatePosition: 2 })), { outcome: 'wrong_gate' });
  const anyGate = screenText({ ...ticket, gatePositions: [] });
  t.like(verifyTicketCode(anyGate, gate({ gatePosition: 2 })), { outcome: 'ok' });
});

test('does not sign claims that the layout cannot hold', (t) => {
  const refuse = (changes: Partial<TicketClaims>, message: RegExp) =>
    t.throws(() => signTicketCode({ ...ticket, ...changes }, key), {
      instanceOf: RangeError,
      message,
    });
  refuse({ ticketId: 'A-12' }, /ticketId/);
  refuse({ sectionPosition: 65_536 }, /sectionPosition/);
  refuse({ gatePositions: [32] }, /gatePositions/);
  refuse({ generation: -1 }, /generation/);
  refuse({ notBeforeSeconds: 1.5 }, /notBeforeSeconds/);
  refuse({ notAfterSeconds: ticket.notBeforeSeconds - 1 }, /notAfterSeconds/);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey;
  t.throws(() => signTicketCode(ticket, { id: 1, privateKey: rsa }), { message: /Ed25519/ });
  t.throws(() => signTicketCode(ticket, { id: 256, privateKey }), { message: /keyId/ });
});

/** A repeatable source of whole numbers from 0 to max (mulberry32). */
function createRandom(seed: number): (max: number) => number {
  let state = seed;
  return (max) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * (max + 1));
  };
}

function randomUuid(random: (max: number) => number): string {
  const hex = Array.from({ length: 32 }, () => random(15).toString(16)).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

import test from 'ava';
import { deriveTicketSecret, isRotatingCode, rotatingCode } from './rotating-code.ts';

const rfcSecret = Buffer.from('12345678901234567890123456789012');
const ticket = {
  scheduleId: '01961b5c-3a00-7000-9000-00000000d001',
  ticketId: '01961b5c-3a00-7abc-8def-0123456789ab',
  generation: 1,
};
const master = Buffer.alloc(32, 7);

test('shows the last six digits of the SHA-256 vectors of RFC 6238 appendix B', (t) => {
  const vectors = [
    [59, '119246'],
    [1_111_111_109, '084774'],
    [1_111_111_111, '062674'],
    [1_234_567_890, '819424'],
    [2_000_000_000, '698825'],
    [20_000_000_000, '737706'],
  ] as const;
  for (const [seconds, code] of vectors) t.is(rotatingCode(rfcSecret, seconds * 1_000), code);
});

test('changes at each full half minute and not between', (t) => {
  const stepMs = 1_800_000_000_000;
  t.is(rotatingCode(rfcSecret, stepMs), rotatingCode(rfcSecret, stepMs + 29_999));
  t.not(rotatingCode(rfcSecret, stepMs), rotatingCode(rfcSecret, stepMs + 30_000));
});

test('accepts the current step and one either side, and no other', (t) => {
  const nowMs = 1_800_000_015_000;
  const accepted = [-3, -2, -1, 0, 1, 2, 3].filter((steps) =>
    isRotatingCode(rotatingCode(rfcSecret, nowMs + steps * 30_000), rfcSecret, nowMs),
  );
  t.deepEqual(accepted, [-1, 0, 1]);
});

test('works in the first step of time', (t) => {
  t.true(isRotatingCode(rotatingCode(rfcSecret, 0), rfcSecret, 0));
});

test('refuses texts that are not six digits of latin text', (t) => {
  const code = rotatingCode(rfcSecret, 0);
  for (const text of ['', code.slice(1), `${code}0`, '١٢٣٤٥٦', '      ']) {
    t.false(isRotatingCode(text, rfcSecret, 0), text);
  }
});

test('derives another secret for each ticket, schedule, generation and master', (t) => {
  const other = '01961b5c-3a00-7abc-8def-0123456789ac';
  const secrets = [
    deriveTicketSecret(master, ticket),
    deriveTicketSecret(master, { ...ticket, ticketId: other }),
    deriveTicketSecret(master, { ...ticket, scheduleId: other }),
    deriveTicketSecret(master, { ...ticket, generation: 2 }),
    deriveTicketSecret(Buffer.alloc(32, 8), ticket),
  ].map((secret) => secret.toString('hex'));
  t.is(new Set(secrets).size, secrets.length);
  t.true(secrets.includes(deriveTicketSecret(master, { ...ticket }).toString('hex')));
});

test('refuses a short master, a generation out of range and an id that is no UUID', (t) => {
  const refuse = (act: () => unknown, message: RegExp) =>
    t.throws(act, { instanceOf: RangeError, message });
  refuse(() => deriveTicketSecret(Buffer.alloc(31), ticket), /at least 32 bytes/);
  refuse(() => deriveTicketSecret(master, { ...ticket, generation: 65_536 }), /generation/);
  refuse(() => deriveTicketSecret(master, { ...ticket, ticketId: 'A-12' }), /ticketId/);
});

import test from 'ava';
import { startTestSandbox } from './test-kit/start-test-sandbox.ts';

const browser = { accept: 'text/html', authorization: '' };

function pathOf(url: string): string {
  return new URL(url).pathname;
}

test('captures once the cardholder approves on the page, and leads back to the shop', async (t) => {
  await using sandbox = await startTestSandbox();
  const { body: payment } = await sandbox.pay({
    card_token: 'tok_challenge',
    reference: 'order-7',
    return_url: 'http://localhost:3000/paid?order=7',
  });
  t.is(payment.status, 'requires_challenge');
  t.true(payment.challenge.url.startsWith(`${sandbox.url}/challenge/`));
  const path = pathOf(payment.challenge.url);
  const page = await sandbox.api('GET', path, { headers: browser });
  t.is(page.status, 200);
  t.true(page.body.includes('125.50 MXN') && page.body.includes('order-7'));
  t.regex(
    String(page.headers.get('content-security-policy')),
    /form-action 'self' http:\/\/localhost:3000;/,
  );
  const [, action] = /<form method="post" action="([^"]+approve)">/.exec(page.body) ?? [];
  const answer = await sandbox.api('POST', String(action), {
    headers: { ...browser, 'content-type': 'application/x-www-form-urlencoded' },
  });
  t.is(answer.status, 303);
  const location = new URL(String(answer.headers.get('location')));
  t.is(location.searchParams.get('order'), '7');
  t.is(location.searchParams.get('payment_id'), payment.id);
  await sandbox.receiver.waitFor(({ type }) => type === 'payment.captured');
  const { body: later } = await sandbox.api('GET', `/v1/payments/${payment.id}`);
  t.like(later, { status: 'captured', challenge: null });
});

test('declines when the cardholder declines, and keeps to it', async (t) => {
  await using sandbox = await startTestSandbox();
  const { body: payment } = await sandbox.pay({ card_token: 'tok_challenge' });
  const path = pathOf(payment.challenge.url);
  const declined = await sandbox.api('POST', `${path}/decline`);
  t.like(declined.body, { status: 'declined', decline_code: 'challenge_declined' });
  t.is((await sandbox.api('POST', `${path}/decline`)).status, 200);
  const changed = await sandbox.api('POST', `${path}/approve`);
  t.is(changed.status, 409);
  t.is(changed.body.error.code, 'challenge_answered');
});

test('takes an approval that is clicked twice once', async (t) => {
  await using sandbox = await startTestSandbox();
  const { body: payment } = await sandbox.pay({ card_token: 'tok_challenge' });
  const path = `${pathOf(payment.challenge.url)}/approve`;
  const answers = await Promise.all([sandbox.api('POST', path), sandbox.api('POST', path)]);
  t.deepEqual(
    answers.map(({ status }) => status),
    [200, 200],
  );
  await sandbox.receiver.waitFor(({ type }) => type === 'payment.captured');
  const { body: events } = await sandbox.api('GET', '/sandbox/events');
  t.deepEqual(
    events.data.map(({ type }: { type: string }) => type),
    ['payment.requires_challenge', 'payment.processing', 'payment.captured'],
  );
});

test('can decline a card after an approved challenge', async (t) => {
  await using sandbox = await startTestSandbox();
  const { body: payment } = await sandbox.pay({ card_token: 'tok_challenge_declined' });
  await sandbox.api('POST', `${pathOf(payment.challenge.url)}/approve`);
  await sandbox.receiver.waitFor(({ type }) => type === 'payment.declined');
  const { body } = await sandbox.api('GET', `/v1/payments/${payment.id}`);
  t.is(body.decline_code, 'card_declined');
});

test('expires a challenge that nobody answers', async (t) => {
  await using sandbox = await startTestSandbox({ challengeTtlMs: 30 });
  const { body: payment } = await sandbox.pay({ card_token: 'tok_challenge' });
  await sandbox.receiver.waitFor(({ type }) => type === 'payment.expired');
  const path = pathOf(payment.challenge.url);
  t.is((await sandbox.api('GET', path, { headers: browser })).status, 410);
  t.is((await sandbox.api('POST', `${path}/approve`)).status, 409);
  const { body } = await sandbox.api('GET', `/v1/payments/${payment.id}`);
  t.is(body.status, 'expired');
});

test('captures nothing after a cancelled challenge', async (t) => {
  await using sandbox = await startTestSandbox();
  const { body: payment } = await sandbox.pay({ card_token: 'tok_challenge' });
  await sandbox.api('POST', `/v1/payments/${payment.id}/cancel`);
  const approval = await sandbox.api('POST', `${pathOf(payment.challenge.url)}/approve`);
  t.is(approval.status, 409);
});

test('shows a reference as text, whatever it holds', async (t) => {
  await using sandbox = await startTestSandbox();
  const { body: payment } = await sandbox.pay({
    card_token: 'tok_challenge',
    reference: '<script>alert(1)</script>',
  });
  const page = await sandbox.api('GET', pathOf(payment.challenge.url), { headers: browser });
  t.false(page.body.includes('<script'));
  t.true(page.body.includes('&#60;script&#62;'));
});

test('says so where there is no such challenge', async (t) => {
  await using sandbox = await startTestSandbox();
  t.is((await sandbox.api('GET', '/challenge/chl_none', { headers: browser })).status, 404);
  t.is((await sandbox.api('POST', '/challenge/chl_none/approve')).status, 404);
});

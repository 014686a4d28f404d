import type { SandboxPayment } from './payment.ts';

/** The page on which a cardholder approves or declines; without script. */
export function challengePage(payment: SandboxPayment): string {
  const { amount, challengeId, currency, reference } = payment;
  const shown = `${(amount / 100).toFixed(2)} ${currency}`;
  return page(
    'Confirm the payment',
    `<p>Reference <code>${escapeHtml(reference)}</code></p>
<p class="amount">${escapeHtml(shown)}</p>
<form method="post" action="/challenge/${challengeId}/approve"><button>Approve</button></form>
<form method="post" action="/challenge/${challengeId}/decline"><button>Decline</button></form>
<p>This is a sandbox: no money moves.</p>`,
  );
}

/** What a cardholder reads when there is nothing to choose. */
export function noticePage(title: string, text: string): string {
  return page(title, `<p>${escapeHtml(text)}</p>`);
}

/** The merchant's page again, told which payment it is about; its status is asked from the API. */
export function returnLocation(payment: SandboxPayment, returnUrl: string): string {
  const url = new URL(returnUrl);
  url.searchParams.set('payment_id', payment.id);
  url.searchParams.set('status', payment.status);
  return url.href;
}

/** Nothing but the page's own style and its two forms, which may lead on to the merchant's page. */
export function challengePolicy(returnUrl: string | null): string {
  const targets = returnUrl === null ? "'self'" : `'self' ${new URL(returnUrl).origin}`;
  return `default-src 'none'; style-src 'unsafe-inline'; form-action ${targets}; frame-ancestors *`;
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} · Sandbox bank</title>
<style>
body { font: 1rem/1.5 system-ui; max-width: 24rem; margin: 3rem auto; padding: 0 1rem }
.amount { font-size: 2rem; margin: 0 }
form { display: inline-block; margin: 1rem 1rem 1rem 0 }
button { font: inherit; padding: .5rem 1.5rem }
</style>
</head>
<body>
<h1>${title}</h1>
${body}
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

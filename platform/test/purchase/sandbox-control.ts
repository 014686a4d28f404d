import { z } from 'zod';

const callTimeoutMs = 5_000;

const eventPage = z.object({
  data: z.array(z.object({ id: z.string(), type: z.string(), payment_id: z.string() })),
});
const paymentPage = z.object({
  data: z.array(z.object({ id: z.string(), reference: z.string(), status: z.string() })),
});

/** The buttons of the sandbox that no real provider has. */
export class SandboxControl {
  readonly #url: string;
  readonly #apiKey: string;

  constructor(url: string, apiKey = 'sandbox-api-key') {
    this.#url = url;
    this.#apiKey = apiKey;
  }

  /** Switches misbehaviour on; see the sandbox's own description. */
  async misbehave(faults: object): Promise<void> {
    await this.#call('POST', '/sandbox/faults', faults);
  }

  async behave(): Promise<void> {
    await this.#call('DELETE', '/sandbox/faults');
  }

  /** Events of a payment, oldest first. */
  async eventsOf(providerPaymentId: string) {
    const { data } = eventPage.parse(await this.#call('GET', '/sandbox/events?limit=1000'));
    return data.filter((event) => event.payment_id === providerPaymentId);
  }

  /** What the provider has for a payment of ours. */
  async paymentOf(paymentId: string) {
    const { data } = paymentPage.parse(await this.#call('GET', '/sandbox/payments?limit=1000'));
    return data.filter(({ reference }) => reference === paymentId);
  }

  async deliverAgain(eventId: string): Promise<void> {
    await this.#call('POST', `/sandbox/events/${eventId}/deliver`, {});
  }

  /** What the cardholder does on the page of the challenge. */
  async answerChallenge(challengeUrl: string, answer: 'approve' | 'decline'): Promise<void> {
    const response = await fetch(`${challengeUrl}/${answer}`, {
      method: 'POST',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(callTimeoutMs),
    });
    if (!response.ok) throw new Error(`The challenge answers ${response.status}`);
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(callTimeoutMs),
    });
    if (!response.ok) throw new Error(`${method} ${path} answers ${response.status}`);
    return response.json();
  }
}

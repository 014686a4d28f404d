import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { faultsInput } from './faults.ts';
import type { StoredEvent } from './ledger.ts';
import { toPaymentBody } from './payment.ts';
import { isRefusal, refuse, sendRefusal } from './refusal.ts';
import { parseInput, type SandboxContext } from './sandbox-context.ts';

const pageSizeMax = 1_000;
const pageInput = z.strictObject({
  /** The last id of the page before. */
  after: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(pageSizeMax).default(100),
});
const deliverInput = z.strictObject({
  signature: z.enum(['valid', 'wrong', 'stale']).default('valid'),
});

/** What no real provider has: faults on demand, and a view of everything for checkers. */
export function addControlRoutes(control: FastifyInstance, context: SandboxContext): void {
  const { book, faults, ledger, now, publicUrl, sender } = context;
  control.get('/faults', () => faults.toBody());
  control.post('/faults', (request, reply) => {
    const input = parseInput(faultsInput, request.body);
    if (isRefusal(input)) return sendRefusal(reply, input);
    faults.set(input.value, now());
    return faults.toBody();
  });
  control.delete('/faults', () => {
    faults.clear();
    return faults.toBody();
  });
  control.post('/reset', () => {
    book.close();
    sender.clear();
    faults.clear();
    ledger.clear();
    return { payments: 0 };
  });
  control.get('/payments', (request, reply) => {
    const input = parseInput(pageInput, request.query);
    if (isRefusal(input)) return sendRefusal(reply, input);
    return toPage(ledger.payments(), input.value, (payment) => toPaymentBody(payment, publicUrl()));
  });
  control.get('/events', (request, reply) => {
    const input = parseInput(pageInput, request.query);
    if (isRefusal(input)) return sendRefusal(reply, input);
    return toPage(ledger.events(), input.value, toEventBody);
  });
  control.post<{ Params: { id: string } }>('/events/:id/deliver', (request, reply) => {
    const input = parseInput(deliverInput, request.body);
    if (isRefusal(input)) return sendRefusal(reply, input);
    const event = ledger.event(request.params.id);
    if (event === undefined) {
      return sendRefusal(reply, refuse(404, 'not_found', 'There is no such event'));
    }
    sender.redeliver(event.id, input.value.signature);
    return reply.code(202).send(toEventBody(event));
  });
}

function toEventBody({ id, type, paymentId, state, createdAtMs }: StoredEvent) {
  const created_at = new Date(createdAtMs).toISOString();
  return { id, type, payment_id: paymentId, state, created_at };
}

/** One page of the records behind `after`, and the id to go on from while there is more. */
function toPage<Item extends { readonly id: string }>(
  items: Iterable<Item>,
  { after, limit }: z.output<typeof pageInput>,
  toBody: (item: Item) => object,
) {
  const page: Item[] = [];
  let isBehind = after === undefined;
  for (const item of items) {
    if (isBehind) page.push(item);
    else isBehind = item.id === after;
    if (page.length > limit) break;
  }
  const next = page.length > limit ? page[limit - 1]?.id : undefined;
  return { data: page.slice(0, limit).map(toBody), next: next ?? null };
}

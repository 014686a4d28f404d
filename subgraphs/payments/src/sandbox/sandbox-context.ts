import type { z } from 'zod';
import type { SandboxConfig } from './config.ts';
import type { Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';
import type { PaymentBook } from './payment-book.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { WebhookSender } from './webhook-sender.ts';

/** What the routes work with. */
export interface SandboxContext {
  readonly config: SandboxConfig;
  readonly ledger: Ledger;
  readonly book: PaymentBook;
  readonly sender: WebhookSender;
  readonly faults: Faults;
  readonly now: () => number;
  readonly publicUrl: () => string;
}

/** The input as the schema describes it, or the refusal that names every problem at once. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): { readonly value: z.output<Schema> } | Refusal {
  const result = schema.safeParse(input ?? {});
  if (result.success) return { value: result.data };
  const problems = result.error.issues.map(({ path, message }) => {
    const at = path.join('.');
    return at === '' ? message : `${at}: ${message}`;
  });
  return refuse(400, 'invalid_request', problems.join('; '));
}

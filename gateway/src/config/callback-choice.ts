import type { z } from 'zod';

interface Choice {
  readonly subgraphs?: Readonly<Record<string, unknown>>;
  readonly subscriptions?: { readonly callback?: { readonly publicUrl?: string | undefined } };
}

interface SubscribedSubgraph {
  readonly subscriptionProtocol?: unknown;
  readonly subscriptionUrl?: unknown;
}

/** Reports what subgraphs that call back need, and what is not read for them. */
export function checkCallbackChoice(choice: Choice, context: z.RefinementCtx): void {
  const { subgraphs, subscriptions } = Object(choice) as Choice;
  const report = (path: string[], message: string): void =>
    context.addIssue({ code: 'custom', path, message });
  for (const [name, settings] of Object.entries(subgraphs ?? {})) {
    // Whatever else is wrong with the settings is reported by others.
    const { subscriptionProtocol, subscriptionUrl } = Object(settings) as SubscribedSubgraph;
    if (subscriptionProtocol !== 'callback') continue;
    if (subscriptions?.callback?.publicUrl === undefined) {
      const message = `is missing: ${name} calls the gateway back there (subgraphs.${name})`;
      report(['subscriptions', 'callback', 'publicUrl'], message);
    }
    if (subscriptionUrl !== undefined) {
      report(['subgraphs', name, 'subscriptionUrl'], 'is not read: it is for WebSockets');
    }
  }
}

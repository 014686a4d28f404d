import { AppError } from '@plaza/schema/errors';
import type { Viewer } from '../identity/viewer.ts';
import type { EventFilterRule, EventSourceRule } from './event-source-rules.ts';
import type { Template } from './template.ts';
import { fillTemplate, writeTopicPart } from './template.ts';

/** What one subscription gets of the bus: its templates filled, its viewer's scopes looked at. */
export interface EventFeed {
  /** On whose bus. */
  readonly subgraph: string;
  readonly topic: string;
  /** All must hold for an event to pass. */
  readonly filters: readonly EventFilter[];
}

export interface EventFilter {
  /** Name of a field of the payload. */
  readonly field: string;
  readonly values: readonly string[];
}

/**
 * The feed of a subscription field for one viewer. Throws AppError UNAUTHENTICATED when a template
 * names the viewer and there is none, BAD_USER_INPUT for an argument that is no text, number or
 * boolean.
 */
export function resolveFeed(
  { coordinate, subgraph, topic, filters }: EventSourceRule,
  given: Readonly<Record<string, unknown>>,
  viewer: Viewer | undefined,
): EventFeed {
  const values = { arguments: given, viewerId: viewer?.id };
  const fill = (template: Template, write?: (value: string) => string): string => {
    requirePlain(template, given);
    if (template.needsViewer && viewer === undefined) {
      const message = `"${coordinate}" requires authentication: send a valid token.`;
      throw new AppError('UNAUTHENTICATED', message);
    }
    return fillTemplate(template, values, write);
  };
  const all = filters.map((filter) => ({
    rule: filter,
    field: filter.field,
    values: filter.values.map((value) => fill(value)),
  }));
  return {
    subgraph,
    topic: fill(topic, writeTopicPart),
    filters: all
      .filter(({ rule }) => !isExempt(rule, viewer))
      .map(({ field, values: allowed }) => ({ field, values: allowed })),
  };
}

/** True when the event may go to whom the feed is for. A payload without the field never passes. */
export function passesFilters(payload: unknown, { filters }: EventFeed): boolean {
  return filters.every(({ field, values }) => {
    if (typeof payload !== 'object' || payload === null || !Object.hasOwn(payload, field)) {
      return false;
    }
    const value = (payload as Record<string, unknown>)[field];
    return isPlain(value) && values.includes(String(value));
  });
}

function isExempt({ orScopes }: EventFilterRule, viewer: Viewer | undefined): boolean {
  if (viewer === undefined) return false;
  return orScopes.some((set) => set.length > 0 && set.every((scope) => viewer.scopes.has(scope)));
}

function requirePlain({ parts }: Template, given: Readonly<Record<string, unknown>>): void {
  for (const part of parts) {
    if (part.kind !== 'argument' || isPlain(given[part.name])) continue;
    throw new AppError('BAD_USER_INPUT', `${part.name} must be a text, a number or a boolean`);
  }
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

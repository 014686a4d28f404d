import { AppError } from '@plaza/schema/errors';
import {
  Arg,
  type ClassType,
  Ctx,
  Directive,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
} from 'type-graphql';
import { requireScope } from '../auth/viewer.ts';
import type {
  DeadLetter as BusDeadLetter,
  DeadLetterSelection,
  DeadLetters,
} from '../message-bus/message-bus.ts';
import type { SubgraphContext } from '../subgraph.ts';
import { type DeadLetter, DeadLetterPage } from './dead-letter.type.ts';

/** Ids in one call of replay or discard. */
const idsMax = 500;

/** What the resolver finds in the context of a subgraph that has queues. */
export interface DeadLettersContext extends SubgraphContext {
  readonly deadLetters: DeadLetters;
  /** Writes to the audit what an operator did. */
  recordOperation(
    action: 'dead_letters.replayed' | 'dead_letters.discarded',
    selection: DeadLetterSelection,
  ): Promise<void>;
}

export interface DeadLetterFields {
  /** The subgraph's name: the fields are `<name>DeadLetters`, `replay<Name>DeadLetters`, ... */
  readonly subgraph: string;
  readonly queues: readonly string[];
}

/** Lists, replays and discards the dead letters of a subgraph's queues; scope message:operate. */
export function createDeadLetterResolver({ subgraph, queues }: DeadLetterFields): ClassType {
  const Name = subgraph.charAt(0).toUpperCase() + subgraph.slice(1);
  const names = queues.join(', ');

  @Resolver()
  class DeadLetterResolver {
    @Directive('@tag(name: "internal")')
    @Query(() => DeadLetterPage, {
      name: `${subgraph}DeadLetters`,
      nullable: true,
      description: `Messages that a queue of ${subgraph} gave up, oldest first. Needs scope message:operate.`,
    })
    async list(
      @Arg('queue', () => String, { description: `One of: ${names}.` }) queue: string,
      @Arg('first', () => Int, { defaultValue: 50, description: 'How many, 1 to 500.' })
      first: number,
      @Arg('after', () => String, { nullable: true, description: 'Only what follows this cursor.' })
      after: string | null,
      @Ctx() ctx: DeadLettersContext,
    ): Promise<DeadLetterPage> {
      requireScope(ctx, 'message:operate');
      const page = { queue: requireQueue(queue, queues), limit: first };
      const found = await ctx.deadLetters.list(after == null ? page : { ...page, after });
      return { nodes: found.items.map(toDeadLetter), endCursor: found.after ?? null };
    }

    @Directive('@tag(name: "internal")')
    @Mutation(() => Int, {
      name: `replay${Name}DeadLetters`,
      nullable: true,
      description:
        'Hands messages to their queue again, as if they were new; says how many. Without ids all of the queue. Needs scope message:operate.',
    })
    replay(
      @Arg('queue', () => String, { description: `One of: ${names}.` }) queue: string,
      @Arg('ids', () => [ID], { nullable: true, description: 'Ids of messages, at most 500.' })
      ids: string[] | null,
      @Ctx() ctx: DeadLettersContext,
    ): Promise<number> {
      return settle(ctx, 'replay', { queue: requireQueue(queue, queues), ids });
    }

    @Directive('@tag(name: "internal")')
    @Mutation(() => Int, {
      name: `discard${Name}DeadLetters`,
      nullable: true,
      description: 'Forgets messages for good; says how many. Needs scope message:operate.',
    })
    discard(
      @Arg('queue', () => String, { description: `One of: ${names}.` }) queue: string,
      @Arg('ids', () => [ID], { description: 'Ids of messages, at most 500.' }) ids: string[],
      @Ctx() ctx: DeadLettersContext,
    ): Promise<number> {
      return settle(ctx, 'discard', { queue: requireQueue(queue, queues), ids });
    }
  }
  return DeadLetterResolver;
}

const done = { replay: 'replayed', discard: 'discarded' } as const;

async function settle(
  ctx: DeadLettersContext,
  action: 'replay' | 'discard',
  { queue, ids }: { readonly queue: string; readonly ids: readonly string[] | null },
): Promise<number> {
  requireScope(ctx, 'message:operate');
  if (ids !== null && ids !== undefined && ids.length > idsMax) {
    throw new AppError('BAD_USER_INPUT', `Name at most ${idsMax} ids in one call`, {
      details: { field: 'ids', limit: idsMax },
    });
  }
  const selection = { queue, ids: ids ?? ('all' as const) };
  await ctx.recordOperation(`dead_letters.${done[action]}`, selection);
  return ctx.deadLetters[action](selection);
}

function requireQueue(queue: string, queues: readonly string[]): string {
  if (queues.includes(queue)) return queue;
  throw new AppError('BAD_USER_INPUT', `queue must be one of: ${queues.join(', ')}`, {
    details: { field: 'queue' },
  });
}

function toDeadLetter({ message, queue, reason, attempts, failedAt }: BusDeadLetter): DeadLetter {
  return {
    id: message.id,
    queue,
    type: message.type,
    source: message.source,
    correlationId: message.correlationId,
    payload: JSON.stringify(message.payload),
    reason,
    attempts,
    occurredAt: new Date(message.occurredAt),
    failedAt,
  };
}

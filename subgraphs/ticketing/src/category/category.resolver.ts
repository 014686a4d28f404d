import { type Connection, ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { paginate } from '@plaza/kit/pagination/paginate';
import { Args, Ctx, Directive, Query, Resolver } from 'type-graphql';
import { ofReferenceData } from '../cache-hints.ts';
import type { TicketingContext } from '../context.ts';
import type { Category as CategoryRow, Prisma } from '../generated/prisma/client.ts';
import { Category, CategoryConnection } from './category.type.ts';

const bySlug = { fields: [{ name: 'slug', type: 'text' }], direction: 'asc' } as const;

@Resolver(() => Category)
export class CategoryResolver {
  @Directive('@tag(name: "partner")')
  @Directive(ofReferenceData)
  @Query(() => CategoryConnection, { description: 'Kinds of events, for filters.' })
  categories(
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() { database: { category } }: TicketingContext,
  ): Promise<Connection<CategoryRow>> {
    const load = (page: Prisma.CategoryFindManyArgs) => category.findMany(page);
    return paginate({ args, order: bySlug, load, count: () => category.count() });
  }
}

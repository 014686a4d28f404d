import { parseInput } from '@plaza/kit/parse-input';
import { requireUuid } from '@plaza/kit/uuid';
import { AppError } from '@plaza/schema/errors';
import { ArgsType, Field, ID } from 'type-graphql';
import { text } from './text-input.ts';

const slugLengthMax = 200;

@ArgsType()
export class IdOrSlugArgs {
  @Field(() => ID, { nullable: true, description: 'Its id; give either this or the slug.' })
  id?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Its name in URLs; give either this or the id.',
  })
  slug?: string | null;
}

/** The unique key that the arguments name. Throws BAD_USER_INPUT unless it is exactly one. */
export function uniqueKeyOf({ id, slug }: IdOrSlugArgs): { id: string } | { slug: string } {
  if (id != null && slug == null) return { id: requireUuid(id, 'id') };
  if (slug != null && id == null) return { slug: parseInput(text(slugLengthMax), slug) };
  throw new AppError('BAD_USER_INPUT', 'Give either id or slug, not both and not neither', {
    details: { field: 'id' },
  });
}

import { Arg, Ctx, Directive, Mutation, Resolver } from 'type-graphql';
import type { IdentityContext } from '../context.ts';
import { requireCurrentScope } from '../user/standing.ts';
import { RotateSigningKeyResult } from './signing-key.type.ts';

@Resolver()
export class SigningKeyResolver {
  @Directive('@tag(name: "internal")')
  @Mutation(() => RotateSigningKeyResult, {
    description:
      'Publishes a new signing key, which signs 15 minutes later; the old one is published until its tokens have ended. Needs scope signing-key:write.',
  })
  async rotateSigningKey(
    @Arg('isCompromised', () => Boolean, {
      defaultValue: false,
      description:
        'Whether the present key became known: then it is deleted now and everybody must refresh their session.',
    })
    isCompromised: boolean,
    @Ctx() ctx: IdentityContext,
  ): Promise<RotateSigningKeyResult> {
    await requireCurrentScope(ctx, 'signing-key:write');
    return ctx.rotateSigningKey(isCompromised, ctx.origin);
  }
}

import { Ctx, Directive, Query, Resolver } from 'type-graphql';
import { ofReferenceData } from '../cache-hints.ts';
import type { TicketingContext } from '../context.ts';
import { TicketPublicKey } from './ticket-public-key.type.ts';

@Resolver(() => TicketPublicKey)
export class TicketPublicKeyResolver {
  @Directive(ofReferenceData)
  @Query(() => [TicketPublicKey], {
    description: 'The keys that gates verify ticket codes with, newest first. For everybody.',
  })
  ticketPublicKeys(@Ctx() { ticketKeys }: TicketingContext): TicketPublicKey[] {
    return ticketKeys.publicKeys.map(({ keyId, publicKey }) => ({
      keyId,
      publicKey: Buffer.from(publicKey).toString('base64url'),
    }));
  }
}

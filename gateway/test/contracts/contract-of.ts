import { Kind, parse, print } from 'graphql';
import type { ContractFilter } from '../../src/contracts/contract-filter.ts';
import { readSupergraph } from '../../src/supergraph/read-supergraph.ts';
import { composeFixture } from '../kit/compose-fixture.ts';
import { defineSubgraph } from '../kit/define-subgraph.ts';

type Filter = Partial<Omit<ContractFilter, 'name'>>;

/** What a contract shows of a subgraph's schema, without descriptions and `@defer`. */
export function contractOf(typeDefs: string, filter: Filter): string {
  const sdl = composeFixture([defineSubgraph({ name: 'one', typeDefs })]);
  const defaults = { name: 'partner', include: [], exclude: [], hideUnreachableTypes: true };
  const { facts } = readSupergraph(sdl, [{ ...defaults, ...filter }]);
  const [contract] = facts.contracts;
  return normalized(contract?.apiSdl ?? '');
}

/** The same schema, written in one way. */
export function normalized(sdl: string): string {
  const { definitions } = parse(sdl, { noLocation: true });
  return definitions
    .filter(({ kind }) => kind !== Kind.DIRECTIVE_DEFINITION)
    .map((definition) => print(definition).replaceAll(/\s+/g, ' '))
    .toSorted()
    .join(' ');
}

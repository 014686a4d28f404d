import type { CompositionResult } from '@apollo/composition';
import { compose } from '@apollo/composition';
import type { ServiceDefinition } from '@apollo/federation-internals';
import {
  defaultPrintOptions,
  printSchema,
  shallowOrderPrintedDefinitions,
  subgraphsFromServiceList,
} from '@apollo/federation-internals';
import { joinCacheDirectives } from './join-cache-directives.ts';

/** Composes as Apollo does, and keeps what each subgraph says of caching, which Apollo drops. */
export function composeServices(services: ServiceDefinition[]): CompositionResult {
  const subgraphs = subgraphsFromServiceList(services);
  if (Array.isArray(subgraphs)) return { errors: subgraphs };
  const result = compose(subgraphs);
  if (result.schema === undefined) return result;
  const { schema } = result;
  if (!joinCacheDirectives(schema, subgraphs)) return result;
  const supergraphSdl = printSchema(schema, shallowOrderPrintedDefinitions(defaultPrintOptions));
  return { ...result, supergraphSdl };
}

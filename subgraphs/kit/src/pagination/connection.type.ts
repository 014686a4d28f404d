import 'reflect-metadata';
import { ArgsType, type ClassType, Directive, Field, Int, ObjectType } from 'type-graphql';
import { PageInfo } from './page-info.type.ts';

/** Page size when neither `first` nor `last` is given. */
export const pageSizeDefault = 20;
/** Largest page; a larger `first` or `last` is refused. */
export const pageSizeMax = 100;

/** The four arguments of a Relay connection; extend it to add filters. */
@ArgsType()
export class ConnectionArgs {
  @Field(() => Int, {
    nullable: true,
    description: `How many from the start, 1 to ${pageSizeMax}; ${pageSizeDefault} by default.`,
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only what follows this cursor.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: `How many from the end, 1 to ${pageSizeMax}; not together with first.`,
  })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Only what precedes this cursor.' })
  before?: string | null;
}

export interface Edge<Node> {
  readonly node: Node;
  readonly cursor: string;
}

/** One page of a list. `totalCount` asks the database only when it is read. */
export interface Connection<Node> {
  readonly edges: readonly Edge<Node>[];
  readonly nodes: readonly Node[];
  readonly pageInfo: PageInfo;
  readonly totalCount: Promise<number>;
}

export interface ConnectionTypeOptions {
  /** True when a page may be cached as long as what it is a page of, and its nodes, may be. */
  readonly canBeCached?: boolean;
  /** Contracts that show pages of it; the node type and what leads there say so themselves. */
  readonly tags?: readonly string[];
}

/**
 * Declares `<name>Connection` and `<name>Edge` for a node type and returns the connection's class.
 * Call it once per name, beside the node type.
 */
export function createConnectionType<Node extends object>(
  name: string,
  nodeType: () => ClassType<Node>,
  { canBeCached = false, tags = [] }: ConnectionTypeOptions = {},
): ClassType<Connection<Node>> {
  const Cached = canBeCached ? Directive('@cacheControl(inheritMaxAge: true)') : noDirective;
  const Tagged: ClassDecorator = (target) => {
    for (const tag of tags) Directive(`@tag(name: "${tag}")`)(target);
  };

  @Cached
  @Tagged
  @ObjectType(`${name}Edge`, {
    description: `One ${name} in a connection, with its place.`,
    simpleResolvers: true,
  })
  class NodeEdge implements Edge<Node> {
    @Field(() => nodeType(), { description: `The ${name}.` })
    node!: Node;

    @Field(() => String, { description: 'Where it stands, for after and before.' })
    cursor!: string;
  }

  @Cached
  @Tagged
  @ObjectType(`${name}Connection`, {
    description: `One page of a list of ${name}.`,
    simpleResolvers: true,
  })
  class NodeConnection implements Connection<Node> {
    @Field(() => [NodeEdge], { description: 'The page, each with its cursor.' })
    edges!: NodeEdge[];

    @Field(() => [nodeType()], { description: 'The page without cursors.' })
    nodes!: Node[];

    @Cached
    @Field(() => PageInfo, { description: 'Where the page stands in the list.' })
    pageInfo!: PageInfo;

    @Field(() => Int, {
      description: 'How many there are over all pages; costs one more database query.',
      simple: false,
    })
    totalCount!: Promise<number>;
  }
  return NodeConnection;
}

function noDirective(): void {
  // What says nothing of caching is not cached.
}

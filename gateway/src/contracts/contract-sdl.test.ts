import { AppError } from '@plaza/schema/errors';
import test from 'ava';
import { contractOf, normalized } from '../../test/contracts/contract-of.ts';

/** Compares what a contract shows with what it should. */
const shows = test.macro(
  (t, typeDefs: string, filter: Parameters<typeof contractOf>[1], expected: string) => {
    t.is(contractOf(typeDefs, filter), normalized(expected));
  },
);

/** Compares what is wrong with a contract. */
const fails = test.macro(
  (t, typeDefs: string, filter: Parameters<typeof contractOf>[1], ...problems: string[]) => {
    const error = t.throws(() => contractOf(typeDefs, filter), { instanceOf: AppError });
    t.is(error?.code, 'SUPERGRAPH_UNAVAILABLE');
    t.is(error?.message, `contract "partner" cannot be made: ${problems.join(', ')}`);
  },
);

const partner = { include: ['partner'] };
const noInternal = { exclude: ['internal'] };

test(
  'without a filter shows the whole graph, but what is inaccessible',
  shows,
  'type Query { a: Int @tag(name: "x") b: Int @inaccessible }',
  {},
  'type Query { a: Int }',
);
test(
  'an excluded field is hidden',
  shows,
  'type Query { a: Int @tag(name: "internal") b: Int c: Int @tag(name: "other") }',
  noInternal,
  'type Query { b: Int c: Int }',
);
test(
  'with included tags only fields that have one are seen',
  shows,
  'type Query { a: Int @tag(name: "partner") b: Int c: Int @tag(name: "other") }',
  partner,
  'type Query { a: Int }',
);
test(
  'any of several included tags is enough',
  shows,
  'type Query { a: Int @tag(name: "x") b: Int @tag(name: "y") @tag(name: "z") c: Int }',
  { include: ['x', 'y'] },
  'type Query { a: Int b: Int }',
);
test(
  'what is both included and excluded is hidden',
  shows,
  'type Query { a: Int @tag(name: "partner") @tag(name: "internal") b: Int @tag(name: "partner") }',
  { ...partner, ...noInternal },
  'type Query { b: Int }',
);
test(
  'the tags of an object type and of an interface are those of their fields',
  shows,
  `type Query @tag(name: "partner") { user: User hidden: Int @tag(name: "internal") node: Node }
   type User implements Node @tag(name: "partner") { id: ID! name: String }
   interface Node @tag(name: "partner") { id: ID! }`,
  { ...partner, ...noInternal },
  `type Query { user: User node: Node }
   type User implements Node { id: ID! name: String }
   interface Node { id: ID! }`,
);
test(
  'a type is seen as soon as one of its fields is, and a type is gone with its last field',
  shows,
  `type Query { user: User @tag(name: "partner") bill: Bill }
   type User { name: String @tag(name: "partner") email: String }
   type Bill { sum: Int }`,
  { ...partner, hideUnreachableTypes: false },
  'type Query { user: User } type User { name: String }',
);
test(
  'an excluded type is gone with the fields that return it, if they are excluded too',
  shows,
  `type Query { user: User bill: Bill @tag(name: "internal") }
   type User { name: String }
   type Bill @tag(name: "internal") { sum: Int }`,
  noInternal,
  'type Query { user: User } type User { name: String }',
);
test(
  'arguments, input types, enums and scalars need no included tag',
  shows,
  `type Query { find(by: Filter, sort: Sort): Day @tag(name: "partner") }
   input Filter { text: String limit: Int = 3 }
   enum Sort { UP DOWN }
   scalar Day`,
  partner,
  `type Query { find(by: Filter, sort: Sort): Day }
   input Filter { text: String limit: Int = 3 }
   enum Sort { UP DOWN }
   scalar Day`,
);
test(
  'excluded arguments, input fields and enum values are hidden',
  shows,
  `type Query { find(by: Filter, debug: Boolean @tag(name: "internal")): Sort }
   input Filter { text: String secret: String @tag(name: "internal") }
   enum Sort { UP DOWN @tag(name: "internal") }`,
  noInternal,
  `type Query { find(by: Filter): Sort }
   input Filter { text: String }
   enum Sort { UP }`,
);
test(
  'a union needs an included tag itself, and loses members that are hidden',
  shows,
  `type Query { found: Found @tag(name: "partner") }
   union Found @tag(name: "partner") = Book | Bill
   type Book { title: String @tag(name: "partner") }
   type Bill { sum: Int }`,
  partner,
  'type Query { found: Found } union Found = Book type Book { title: String }',
);
test(
  'an interface that is hidden is implemented no more',
  shows,
  `type Query { book: Book @tag(name: "partner") }
   interface Node { id: ID! }
   type Book implements Node { id: ID! @tag(name: "partner") title: String }`,
  partner,
  'type Query { book: Book } type Book { id: ID! }',
);
test(
  'a mutation type without fields is no root type any more',
  shows,
  'type Query { a: Int } type Mutation { b: Int @tag(name: "internal") }',
  noInternal,
  'type Query { a: Int }',
);
test(
  'types that nothing leads to any more are hidden',
  shows,
  `type Query { a: Int search(by: Filter): Int @tag(name: "internal") }
   type Mutation { add(kind: Kind): Money @tag(name: "internal") keep: Kept }
   input Filter { range: Range }
   input Range { from: Int }
   enum Kind { A }
   scalar Money
   type Kept { next: Kept }`,
  noInternal,
  'type Query { a: Int } type Mutation { keep: Kept } type Kept { next: Kept }',
);
test(
  'or kept, where the contract says so',
  shows,
  'type Query { a: Int b(kind: Kind): Int @tag(name: "internal") } enum Kind { A }',
  { ...noInternal, hideUnreachableTypes: false },
  'type Query { a: Int } enum Kind { A }',
);
test(
  'an unreachable type stays if it has an included tag itself, with what it leads to',
  shows,
  `type Query { a: Int @tag(name: "partner") event(kind: Kind): Event }
   type Event @tag(name: "partner") { place: Place }
   type Place { name: String @tag(name: "partner") }
   enum Kind { A }`,
  partner,
  'type Query { a: Int } type Event { place: Place } type Place { name: String }',
);
test(
  'a returned interface leads to the types that implement it, an implemented one to none',
  shows,
  `type Query { node: Node book: Book a: Bill @tag(name: "internal") b: Other @tag(name: "internal") }
   interface Node { id: ID! }
   interface Named { name: String }
   type Bill implements Node { id: ID! }
   type Book implements Named { name: String }
   type Other implements Named { name: String }`,
  noInternal,
  `type Query { node: Node book: Book }
   interface Node { id: ID! }
   interface Named { name: String }
   type Bill implements Node { id: ID! }
   type Book implements Named { name: String }`,
);
test(
  'an input type without fields and an enum without values are hidden',
  fails,
  `type Query { a(by: Filter): Kind }
   input Filter { x: Int @tag(name: "internal") }
   enum Kind { A @tag(name: "internal") }`,
  noInternal,
  'Query.a returns Kind, which is hidden',
  'Query.a(by:) takes Filter, which is hidden',
);
test(
  'a query type without fields is a problem',
  fails,
  'type Query { a: Int } type Mutation { b: Int @tag(name: "partner") }',
  partner,
  'no field of Query is left',
);
test(
  'so is a field that returns what is hidden',
  fails,
  `type Query { bill: Bill bills: [Bill!]! found: Found }
   union Found = Bill
   type Bill @tag(name: "internal") { sum: Int }`,
  noInternal,
  'Query.bill returns Bill, which is hidden',
  'Query.bills returns Bill, which is hidden',
  'Query.found returns Found, which is hidden',
);
test(
  'so is a required argument, or input field, that is hidden',
  fails,
  `type Query { a(x: Int! @tag(name: "internal"), y: Int! = 1 @tag(name: "internal"), by: In): Int }
   input In { z: Int! @tag(name: "internal") other: Int }`,
  noInternal,
  'In.z is required, but hidden',
  'Query.a(x:) is required, but hidden',
);
test(
  'so is a default value that has something hidden in it',
  fails,
  `type Query { a(sort: [Sort] = [UP, DOWN], by: In = {secret: 1, more: {sort: DOWN}}): Int }
   enum Sort { UP DOWN @tag(name: "internal") }
   input In { secret: Int @tag(name: "internal") more: More }
   input More { sort: Sort }`,
  noInternal,
  'the default value of Query.a(sort:) has Sort.DOWN in it, which is hidden',
  'the default value of Query.a(by:) has In.secret in it, which is hidden',
  'the default value of Query.a(by:) has Sort.DOWN in it, which is hidden',
);
test(
  'so is what an interface promises and a type hides',
  fails,
  `type Query { node: Node }
   interface Node { id: ID! size(unit: String, zoom: Int): Int }
   type Book implements Node {
     id: ID! @tag(name: "internal")
     size(unit: String @tag(name: "internal"), zoom: Int): Int
   }`,
  noInternal,
  'Book.id is hidden, but Node.id, which it implements, is not',
  'Book.size(unit:) is hidden, but Node.size(unit:) is not',
);
test(
  'so is an argument that an interface hides and a type requires',
  fails,
  `type Query { node: Node }
   interface Node { size(unit: String! = "m" @tag(name: "internal")): Int }
   type Book implements Node { size(unit: String!): Int }`,
  noInternal,
  'Node.size(unit:) is hidden, but Book.size(unit:) is required',
);

test('tells the problems of all contracts, of each the first twenty', (t) => {
  const fields = Array.from({ length: 23 }, (_, index) => `f${index}: Bill`).join(' ');
  const typeDefs = `type Query { ${fields} } type Bill @tag(name: "internal") { sum: Int }`;
  const error = t.throws(() => contractOf(typeDefs, noInternal), { instanceOf: AppError });
  t.regex(error?.message ?? '', /Query\.f19 returns Bill, which is hidden, and 3 problems more$/);
});

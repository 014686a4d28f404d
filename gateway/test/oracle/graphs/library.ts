import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { filterBy, findBy, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const members = [
  { id: 'm1', name: 'Ada', email: 'ada@library.test', sponsorId: null },
  { id: 'm2', name: 'Boris', email: null, sponsorId: 'm1' },
  { id: 'm3', name: 'Chen', email: 'chen@library.test', sponsorId: 'm2' },
];
const authors = [
  { id: 'a1', name: 'Ursula', born: 1929 },
  { id: 'a2', name: 'Jorge', born: 1899 },
];
const books = [
  { isbn: 'b1', title: 'The Lathe', pages: 184, authorId: 'a1' },
  { isbn: 'b2', title: 'Labyrinths', pages: 256, authorId: 'a2' },
  { isbn: 'b3', title: 'The Word', pages: 160, authorId: 'a1' },
];
const loans = [
  { id: 'l1', isbn: 'b1', memberId: 'm1', days: 14 },
  { id: 'l2', isbn: 'b1', memberId: 'm2', days: 7 },
  { id: 'l3', isbn: 'b2', memberId: 'm2', days: 21 },
  { id: 'l4', isbn: 'b3', memberId: 'm3', days: 3 },
];
const shelves = [
  { code: 's1', floor: 1, keeperId: 'm3', isbns: ['b1', 'b2'] },
  { code: 's2', floor: 2, keeperId: 'm1', isbns: ['b3'] },
];

const query = {
  me: () => findBy(members, 'id', 'm2'),
  members: () => members,
  member: (_: object, { id }: { id: string }) => findBy(members, 'id', id),
  books: (_: object, { first }: { first: number }) => books.slice(0, first),
  book: (_: object, { isbn }: { isbn: string }) => findBy(books, 'isbn', isbn),
  authors: () => authors,
  shelves: () => shelves,
};
const member = {
  sponsor: (row: { sponsorId: string | null }) => findBy(members, 'id', row.sponsorId),
  sponsored: (row: { id: string }) => filterBy(members, 'sponsorId', row.id),
};
const book = {
  author: (row: { authorId: string }) => findBy(authors, 'id', row.authorId),
  series: () => [],
};
const author = { books: (row: { id: string }) => filterBy(books, 'authorId', row.id) };
const memberLoans = (row: { id: string }, { minDays }: { minDays: number }) =>
  loans.filter((loan) => loan.memberId === row.id && loan.days >= minDays);
const bookLoans = (row: { isbn: string }) => filterBy(loans, 'isbn', row.isbn);
const shelfOf = (row: { isbn: string }) =>
  shelves.find((shelf) => shelf.isbns.includes(row.isbn)) ?? null;

/** Entity joins three and more levels deep, and cycles through four subgraphs. */
export const library: OracleGraph = {
  name: 'library',
  subgraphs: [
    defineSubgraph({
      name: 'members',
      typeDefs: `
        type Query { me: Member members: [Member!]! member(id: ID!): Member }
        type Member @key(fields: "id") {
          id: ID!
          name: String!
          email: String
          sponsor: Member
          sponsored: [Member!]!
        }`,
      resolvers: {
        Query: { me: query.me, members: query.members, member: query.member },
        Member: { ...member, __resolveReference: referenceTo(members, 'id') },
      },
    }),
    defineSubgraph({
      name: 'catalog',
      typeDefs: `
        type Query { books(first: Int = 10): [Book!]! book(isbn: ID!): Book authors: [Author!]! }
        type Book @key(fields: "isbn") {
          isbn: ID!
          title: String!
          pages: Int
          author: Author!
          series: [Book!]!
        }
        type Author @key(fields: "id") { id: ID! name: String! born: Int books: [Book!]! }`,
      resolvers: {
        Query: { books: query.books, book: query.book, authors: query.authors },
        Book: { ...book, __resolveReference: referenceTo(books, 'isbn') },
        Author: { ...author, __resolveReference: referenceTo(authors, 'id') },
      },
    }),
    defineSubgraph({
      name: 'loans',
      typeDefs: `
        type Loan @key(fields: "id") { id: ID! days: Int! member: Member! book: Book! }
        type Member @key(fields: "id") { id: ID! loans(minDays: Int = 0): [Loan!]! }
        type Book @key(fields: "isbn") { isbn: ID! loans: [Loan!]! readers: [Member!]! }`,
      resolvers: {
        Loan: {
          __resolveReference: referenceTo(loans, 'id'),
          member: (row: { memberId: string }) => ({ id: row.memberId }),
          book: (row: { isbn: string }) => ({ isbn: row.isbn }),
        },
        Member: { loans: memberLoans },
        Book: {
          loans: bookLoans,
          readers: (row: { isbn: string }) => bookLoans(row).map((loan) => ({ id: loan.memberId })),
        },
      },
    }),
    defineSubgraph({
      name: 'building',
      typeDefs: `
        type Query { shelves: [Shelf!]! }
        type Shelf @key(fields: "code") {
          code: ID!
          floor: Int!
          keeper: Member
          books: [Book!]!
        }
        type Book @key(fields: "isbn") { isbn: ID! shelf: Shelf }
        type Member @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { shelves: query.shelves },
        Shelf: {
          __resolveReference: referenceTo(shelves, 'code'),
          keeper: (row: { keeperId: string }) => ({ id: row.keeperId }),
          books: (row: { isbns: string[] }) => row.isbns.map((isbn) => ({ isbn })),
        },
        Book: { shelf: shelfOf },
      },
    }),
  ],
  monolith: {
    Query: query,
    Member: { ...member, loans: memberLoans },
    Book: {
      ...book,
      loans: bookLoans,
      readers: (row: { isbn: string }) =>
        bookLoans(row).map((loan) => findBy(members, 'id', loan.memberId)),
      shelf: shelfOf,
    },
    Author: author,
    Loan: {
      member: (row: { memberId: string }) => findBy(members, 'id', row.memberId),
      book: (row: { isbn: string }) => findBy(books, 'isbn', row.isbn),
    },
    Shelf: {
      keeper: (row: { keeperId: string }) => findBy(members, 'id', row.keeperId),
      books: (row: { isbns: string[] }) => row.isbns.map((isbn) => findBy(books, 'isbn', isbn)),
    },
  },
  operations: {
    'one subgraph': '{ members { id name email } }',
    'one join': '{ books { title shelf { floor } } }',
    'a list join': '{ me { name loans { days book { title } } } }',
    'three levels': '{ shelves { code keeper { name loans { book { title author { name } } } } } }',
    'a cycle that comes back':
      '{ me { name loans { book { title loans { member { name loans { book { title } } } } } } } }',
    'a chain inside one subgraph and out':
      '{ member(id: "m3") { sponsor { sponsor { name loans { days } } } } }',
    'fields in another order than the schema':
      '{ me { loans { book { pages title } id } email name } }',
    'siblings to different subgraphs':
      '{ book(isbn: "b1") { shelf { floor code } loans { id } title author { born } } }',
    'two roots of two subgraphs': '{ shelves { code } me { name } books { isbn } }',
    'two roots of one subgraph around another':
      '{ books { isbn } shelves { floor } authors { name } }',
    'the key is not selected': '{ me { loans { member { email } } } }',
    'the same entity at two paths':
      '{ me { loans { book { shelf { floor } } } } books(first: 2) { shelf { code floor } } }',
    'a root that finds nothing': '{ member(id: "none") { name loans { days } } }',
    'an empty list between joins': '{ books { title series { loans { id } } } }',
    'arguments with defaults on an entity field':
      '{ members { loans { id } long: loans(minDays: 10) { id book { title } } } }',
    'aliases everywhere':
      '{ reader: me { called: name borrowed: loans { of: book { named: title where: shelf { level: floor } } } } }',
    'an alias that takes the name of another field': '{ me { id: name name: id email: email } }',
    'an alias over the key of a join':
      '{ books(first: 1) { isbn: title id: isbn shelf { code: floor } } }',
    'a deep join through lists of lists of entities':
      '{ authors { books { readers { sponsored { loans { book { author { books { title } } } } } } } } }',
    'a root argument from a literal and a variable': {
      query:
        'query ($first: Int!, $isbn: ID!) { books(first: $first) { title } book(isbn: $isbn) { shelf { floor } } }',
      variables: { first: 1, isbn: 'b3' },
    },
    'a variable used in two subgraphs': {
      query: 'query ($n: Int!) { books(first: $n) { readers { loans(minDays: $n) { days } } } }',
      variables: { n: 2 },
    },
    'one of several operations': {
      query: 'query One { me { id } } query Two { me { loans { id } } }',
      operationName: 'Two',
    },
    'a dead subgraph behind a nullable field': {
      query: '{ books { title shelf { floor } } }',
      failing: ['building'],
      expected: {
        data: {
          books: [
            { title: 'The Lathe', shelf: null },
            { title: 'Labyrinths', shelf: null },
            { title: 'The Word', shelf: null },
          ],
        },
        errors: 'some',
      },
    },
  },
};

import { defineSubgraph } from '../../kit/define-subgraph.ts';
import { findBy, referenceTo } from '../fixture-rows.ts';
import type { OracleGraph } from '../oracle-graph.ts';

const jobs = [
  { id: 'j1', title: 'Weld', state: 'OPEN', hours: 4 },
  { id: 'j2', title: 'Saw', state: 'DONE', hours: 0 },
];
const invoices = [{ id: 'v1', jobId: 'j1', cents: 900 }];
const job = (id: unknown) => findBy(jobs, 'id', id);
// A result tells its step: steps are pure, so that three engines can run them one after another.
const addJob = (_: object, { input }: { input: { title: string; hours: number | null } }) => ({
  __typename: 'Job',
  id: 'j9',
  state: 'OPEN',
  title: input.title,
  hours: input.hours ?? 1,
});
const closeJob = (_: object, { id }: { id: string }) => {
  if (id === 'j2') return { __typename: 'AlreadyDone', at: 'noon', job: job('j2') };
  return job(id);
};
const bill = (_: object, { jobId }: { jobId: string }) => ({ id: 'v9', jobId, cents: 100 });
const refuse = () => {
  throw new Error('Refused');
};
const invoicesOf = (row: { id: string }) => invoices.filter(({ jobId }) => jobId === row.id);

/** Mutations: several in order, over two subgraphs, with joins after, result unions, failures. */
export const workshop: OracleGraph = {
  name: 'workshop',
  subgraphs: [
    defineSubgraph({
      name: 'jobs',
      typeDefs: `
        type Query { jobs: [Job!]! }
        type Mutation {
          addJob(input: NewJob!): Job!
          closeJob(id: ID!): CloseResult
          refuse: Job
          refuseFirmly: Job!
        }
        input NewJob { title: String! hours: Int = 2 }
        union CloseResult = Job | AlreadyDone
        type AlreadyDone { at: String! job: Job! }
        type Job @key(fields: "id") { id: ID! title: String! state: String! hours: Int! }`,
      resolvers: {
        Query: { jobs: () => jobs },
        Mutation: { addJob, closeJob, refuse, refuseFirmly: refuse },
        CloseResult: { __resolveType: (row) => (row.__typename as string) ?? 'Job' },
        Job: { __resolveReference: referenceTo(jobs, 'id') },
      },
    }),
    defineSubgraph({
      name: 'invoices',
      typeDefs: `
        type Mutation { bill(jobId: ID!): Invoice! }
        type Invoice @key(fields: "id") { id: ID! cents: Int! job: Job! }
        type Job @key(fields: "id") {
          id: ID!
          hours: Int! @external
          invoices: [Invoice!]!
          due: Int! @requires(fields: "hours")
        }`,
      resolvers: {
        Mutation: { bill },
        Invoice: {
          __resolveReference: referenceTo(invoices, 'id'),
          job: (row: { jobId: string }) => ({ id: row.jobId }),
        },
        Job: { invoices: invoicesOf, due: (row: { hours: number }) => row.hours * 10 },
      },
    }),
  ],
  monolith: {
    Query: { jobs: () => jobs },
    Mutation: { addJob, closeJob, bill, refuse, refuseFirmly: refuse },
    CloseResult: { __resolveType: (row) => (row.__typename as string) ?? 'Job' },
    // A reference that leads nowhere is an entity with a key alone.
    Invoice: { job: (row: { jobId: string }) => job(row.jobId) ?? { id: row.jobId } },
    Job: { invoices: invoicesOf, due: (row: { hours: number }) => row.hours * 10 },
  },
  operations: {
    'one mutation': 'mutation { addJob(input: { title: "Cut" }) { id title hours } }',
    'one mutation with a join':
      'mutation { addJob(input: { title: "Cut", hours: 3 }) { due invoices { cents } } }',
    'a mutation that joins back': 'mutation { bill(jobId: "j1") { cents job { title due } } }',
    'several of one subgraph':
      'mutation { a: addJob(input: { title: "A" }) { title } b: addJob(input: { title: "B" }) { title } }',
    'in turn over two subgraphs':
      'mutation { bill(jobId: "j1") { id } addJob(input: { title: "X" }) { id due } again: bill(jobId: "j2") { cents job { title } } }',
    'a result union':
      'mutation { closeJob(id: "j1") { __typename ... on Job { state invoices { id } } ... on AlreadyDone { at } } }',
    'the other member of the result union':
      'mutation { closeJob(id: "j2") { ... on Job { state } ... on AlreadyDone { at job { title due } } } }',
    'an input variable': {
      query: 'mutation Add($input: NewJob!) { addJob(input: $input) { title hours } }',
      variables: { input: { title: 'Drill' } },
    },
    'a required field left out by a literal':
      '{ jobs { due @include(if: false) invoices { cents } } }',
    'a skipped mutation': {
      query:
        'mutation ($on: Boolean!) { bill(jobId: "j1") @include(if: $on) { id } addJob(input: { title: "K" }) { id } }',
      variables: { on: false },
    },
    'a refused one beside others':
      'mutation { bill(jobId: "j1") { id } refuse { id } addJob(input: { title: "Y" }) { id } }',
    'a non-null refused one': 'mutation { bill(jobId: "j1") { id } refuseFirmly { id } }',
    'the joining subgraph is dead': {
      query: 'mutation { closeJob(id: "j1") { ... on Job { title invoices { id } } } }',
      failing: ['invoices'],
      expected: { data: { closeJob: null }, errors: 'some' },
    },
  },
};

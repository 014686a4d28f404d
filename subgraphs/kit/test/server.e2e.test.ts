import test from 'ava';
import { createNotesServer, type NotesServer, noteId } from './fixture/notes-subgraph.ts';

const userId = '01940000-0000-7000-8000-000000000011';

async function post(
  { app }: NotesServer,
  payload: object | string,
  headers: Record<string, string> = {},
) {
  const response = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  });
  return { status: response.statusCode, headers: response.headers, ...response.json() };
}

test('answers a query the same way before and after it is compiled', async (t) => {
  await using server = await createNotesServer();
  const query = `query ($id: ID!) { note(id: $id) { id body writtenAt } price { amountMinor currency } }`;
  for (let run = 0; run < 4; run += 1) {
    const result = await post(server, { query, variables: { id: noteId } });
    t.is(result.status, 200);
    t.deepEqual(result.data, {
      note: { id: noteId, body: 'first', writtenAt: '2026-01-02T03:04:05.678Z' },
      price: { amountMinor: 12550, currency: 'MXN' },
    });
  }
});

test('resolves entities in one batch, in order, null for unknown ones', async (t) => {
  await using server = await createNotesServer();
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Note { body } } }`;
  const unknown = '01940000-0000-7000-8000-0000000000ff';
  const r = [unknown, noteId, 'not-an-id', noteId].map((id) => ({ __typename: 'Note', id }));
  for (let run = 1; run <= 3; run += 1) {
    const result = await post(server, { query, variables: { r } });
    t.deepEqual(result.data, { _entities: [null, { body: 'first' }, null, { body: 'first' }] });
    t.is(server.batches.length, run);
  }
  t.deepEqual(server.batches[0], [unknown, noteId]);
});

test('publishes its SDL with a link that imports the directives in use', async (t) => {
  await using server = await createNotesServer();
  const { data } = await post(server, { query: '{ _service { sdl } }' });
  t.regex(data._service.sdl, /type Note @key\(fields: "id"\)/);
  t.true(
    server.sdl.startsWith(
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@shareable", "@tag"])',
    ),
  );
  t.regex(server.sdl, /body: String! @tag\(name: "partner"\)/);
});

test('tells the members of a result union apart', async (t) => {
  await using server = await createNotesServer();
  const query = `mutation ($body: String!) { writeNote(body: $body) {
    __typename ... on WriteNoteSuccess { note { body } } ... on NoteTooLong { lengthMax } } }`;
  for (let run = 0; run < 3; run += 1) {
    const short = await post(server, { query, variables: { body: 'short' } });
    t.deepEqual(short.data.writeNote, { __typename: 'WriteNoteSuccess', note: { body: 'short' } });
    const long = await post(server, { query, variables: { body: 'a'.repeat(11) } });
    t.deepEqual(long.data.writeNote, { __typename: 'NoteTooLong', lengthMax: 10 });
  }
});

test('refuses an input with BAD_USER_INPUT that names the field', async (t) => {
  await using server = await createNotesServer();
  const query = 'mutation { writeNote(body: "") { __typename } }';
  const { status, errors } = await post(server, { query });
  t.is(status, 200);
  t.is(errors[0].message, 'body: must not be empty');
  t.deepEqual(errors[0].extensions, { code: 'BAD_USER_INPUT', field: 'body' });
});

test('refuses a page above the limit and names the limit', async (t) => {
  await using server = await createNotesServer();
  for (const first of [0, -1, 101]) {
    const { errors } = await post(server, { query: `{ notes(first: ${first}) { id } }` });
    t.deepEqual(errors[0].extensions, { code: 'BAD_USER_INPUT', field: 'first', limit: 100 });
  }
  const both = await post(server, { query: '{ notes(first: 1, last: 1) { id } }' });
  t.is(both.errors[0].extensions.code, 'BAD_USER_INPUT');
  const cursor = await post(server, { query: '{ notes(after: "nonsense") { id } }' });
  t.deepEqual(cursor.errors[0].extensions, { code: 'BAD_USER_INPUT', field: 'after' });
});

test('masks what fails inside and logs its cause with the request id', async (t) => {
  await using server = await createNotesServer();
  for (const reason of ['masked', 'plain', 'plain']) {
    const query = `{ viewerId broken(reason: "${reason}") }`;
    const result = await post(server, { query }, { 'x-request-id': 'request-7' });
    t.is(result.status, 200);
    t.is(result.headers['x-request-id'], 'request-7');
    const error = result.errors.find((each: { path: string[] }) => each.path[0] === 'broken');
    t.deepEqual(error.extensions, { code: 'INTERNAL_SERVER_ERROR', requestId: 'request-7' });
    t.deepEqual(error.path, ['broken']);
    t.notRegex(JSON.stringify(result), /secret|hunter2/);
  }
  const lines = server.logLines.join('');
  t.regex(lines, /secret of the cause/);
  t.regex(lines, /hunter2/);
  t.regex(lines, /"http\.request\.id":"request-7"/);
});

test('keeps the code of a refusal beside the data of other fields', async (t) => {
  await using server = await createNotesServer();
  const query = '{ viewerId guarded price { amountMinor } }';
  const anonymous = await post(server, { query });
  t.deepEqual(anonymous.data, { viewerId: null, guarded: null, price: { amountMinor: 12550 } });
  t.deepEqual(
    anonymous.errors.map((error: { extensions: unknown }) => error.extensions),
    [{ code: 'UNAUTHENTICATED' }, { code: 'UNAUTHENTICATED' }],
  );
  const token = await server.tokens.sign({ userId });
  const customer = await post(server, { query }, { authorization: `Bearer ${token}` });
  t.is(customer.data.viewerId, userId);
  t.is(customer.errors[0].extensions.code, 'FORBIDDEN');
  t.is(customer.errors[0].message, 'Scope user:read is required');
});

test('runs the named operation of a document, compiled or not', async (t) => {
  await using server = await createNotesServer();
  const query = 'query A { a: price { currency } } query B { b: price { currency } }';
  for (let run = 0; run < 3; run += 1) {
    for (const operationName of ['A', 'B']) {
      const { data } = await post(server, { query, operationName });
      t.deepEqual(Object.keys(data), [operationName.toLowerCase()]);
    }
  }
  const { errors } = await post(server, { query, operationName: 'C' });
  t.is(errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
});

test('gives each fault of a document its code, with HTTP 200 for application/json', async (t) => {
  await using server = await createNotesServer();
  const cases: [object, string][] = [
    [{ query: '{' }, 'GRAPHQL_PARSE_FAILED'],
    [{ query: '{"kind":"Document","definitions":[]}' }, 'GRAPHQL_PARSE_FAILED'],
    [{ query: 'null' }, 'GRAPHQL_PARSE_FAILED'],
    [{ query: '{ nonsense }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [{ query: `{ ${'a:price{currency} '.repeat(3_000)} }` }, 'GRAPHQL_PARSE_FAILED'],
    [{ query: 'query ($id: ID!) { note(id: $id) { id } }' }, 'BAD_USER_INPUT'],
    [
      { query: 'query ($f: Int) { notes(first: $f) { id } }', variables: { f: 'x' } },
      'BAD_USER_INPUT',
    ],
  ];
  for (const [body, code] of cases) {
    for (let run = 0; run < 3; run += 1) {
      const result = await post(server, body);
      t.is(result.errors[0].extensions.code, code, JSON.stringify(body).slice(0, 60));
      t.is(result.status, 200);
      t.is(result.data ?? null, null);
    }
    const strict = await post(server, body, { accept: 'application/graphql-response+json' });
    t.is(strict.status, 400);
  }
});

test('refuses selections deeper than the limit', async (t) => {
  await using server = await createNotesServer();
  const deep = `{ __schema { types { fields { type { ${'ofType { '.repeat(20)} name ${'} '.repeat(25)}`;
  const { errors } = await post(server, { query: deep });
  t.is(errors[0].extensions.code, 'OPERATION_TOO_COMPLEX');
  t.regex(errors[0].message, /depth/);
});

test('gives each fault of a request its code and status', async (t) => {
  await using server = await createNotesServer({ bodyBytesMax: 1_000 });
  const cases: [object | string, Record<string, string>, number, string][] = [
    ['{"query":', {}, 400, 'BAD_REQUEST'],
    ['', {}, 400, 'BAD_REQUEST'],
    ['[]', {}, 400, 'BAD_REQUEST'],
    [{ query: 7 }, {}, 400, 'BAD_REQUEST'],
    [{ query: '{ price { currency } }', variables: [] }, {}, 400, 'BAD_REQUEST'],
    [{ query: '{ price { currency } }', operationName: 'a\nb' }, {}, 400, 'BAD_REQUEST'],
    [{ query: ' '.repeat(2_000) }, {}, 413, 'PAYLOAD_TOO_LARGE'],
    ['{}', { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ];
  for (const [payload, headers, status, code] of cases) {
    const result = await post(server, payload, headers);
    t.is(result.errors?.[0].extensions.code, code, JSON.stringify(payload).slice(0, 40));
    t.is(result.status, status);
  }
  const get = await server.app.inject({ method: 'GET', url: '/graphql?query={price{currency}}' });
  t.is(get.statusCode, 405);
  t.is(get.headers.allow, 'POST');
  t.is(get.json().errors[0].extensions.code, 'METHOD_NOT_ALLOWED');
  const elsewhere = await server.app.inject({ method: 'GET', url: '/elsewhere' });
  t.is(elsewhere.statusCode, 404);
});

test('refuses a token that is present but not valid, and never logs it', async (t) => {
  await using server = await createNotesServer();
  const { tokens } = server;
  const bad = {
    expired: await tokens.sign({ userId }, { expiresInS: -60 }),
    issuer: await tokens.sign({ userId }, { issuer: 'somebody' }),
    audience: await tokens.sign({ userId }, { audience: 'elsewhere' }),
    subject: await tokens.sign({ userId: 'not-an-id' }),
    garbage: 'garbage',
    unsigned: `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({ sub: userId }))}.`,
  };
  for (const [what, token] of Object.entries(bad)) {
    const result = await post(
      server,
      { query: '{ price { currency } }' },
      { authorization: `Bearer ${token}`, accept: 'application/graphql-response+json' },
    );
    t.is(result.errors[0].extensions.code, 'UNAUTHENTICATED', what);
    t.is(result.status, 401, what);
    t.is(result.data, undefined);
    t.false(server.logLines.join('').includes(token));
  }
  const basic = await post(server, { query: '{ __typename }' }, { authorization: 'Basic abc' });
  t.is(basic.errors[0].extensions.code, 'UNAUTHENTICATED');
});

test('is live at once, and ready only when its database answers', async (t) => {
  await using healthy = await createNotesServer();
  await using broken = await createNotesServer({ isDatabaseDown: true });
  t.is((await healthy.app.inject('/live')).statusCode, 200);
  t.is((await healthy.app.inject('/ready')).statusCode, 200);
  t.is((await broken.app.inject('/live')).statusCode, 200);
  t.is((await broken.app.inject('/ready')).statusCode, 503);
});

import { gzipSync } from 'node:zlib';

/** Bytes of one connection, and how the first answer must begin. Its socket must be closed or reusable. */
export interface ByteAttack {
  readonly what: string;
  readonly bytes: string | Buffer;
  readonly answer: RegExp;
  /** Not once may this be found in the answer. */
  readonly never?: RegExp;
}

const body = '{"query":"{ __typename }"}';

function post(headers: readonly string[], content = body): string {
  const lines = ['POST /graphql HTTP/1.1', 'host: graph.test', 'connection: close', ...headers];
  return `${lines.join('\r\n')}\r\n\r\n${content}`;
}

function get(path: string, headers: readonly string[] = []): string {
  return `${[`GET ${path} HTTP/1.1`, 'host: graph.test', 'connection: close', ...headers].join('\r\n')}\r\n\r\n`;
}

const json = 'content-type: application/json';
const length = `content-length: ${body.length}`;
const smuggled = 'GET /metrics HTTP/1.1\r\nhost: graph.test\r\n\r\n';
const mutation = encodeURIComponent('mutation { addProduct(name: "a") { id } }');
const bomb = gzipSync(Buffer.alloc(10_000_000));

/** Requests that a parser, a proxy or a browser could take for something else. */
export const byteAttacks: readonly ByteAttack[] = [
  {
    what: 'two lengths that differ',
    bytes: post([json, 'content-length: 5', length]),
    answer: /^HTTP\/1\.1 400 /,
  },
  {
    what: 'a length beside chunks',
    bytes: post([json, length, 'transfer-encoding: chunked'], `0\r\n\r\n${smuggled}`),
    answer: /^HTTP\/1\.1 400 /,
    never: /HTTP\/1\.1 .*HTTP\/1\.1/s,
  },
  {
    what: 'chunks under another name',
    bytes: post([json, 'transfer-encoding: xchunked'], `0\r\n\r\n${smuggled}`),
    answer: /^HTTP\/1\.1 4\d\d /,
    never: /HTTP\/1\.1 .*HTTP\/1\.1/s,
  },
  {
    what: 'a space before the colon',
    bytes: post([json, `content-length : ${body.length}`]),
    answer: /^HTTP\/1\.1 400 /,
  },
  {
    what: 'a header on two lines',
    bytes: post([json, length, 'x-a: 1\r\n\tcontent-length: 0']),
    answer: /^HTTP\/1\.1 (400|200) /,
    never: /HTTP\/1\.1 .*HTTP\/1\.1/s,
  },
  {
    what: 'lines that end in a feed alone',
    bytes: 'GET /live HTTP/1.1\nhost: a\n\n',
    answer: /^HTTP\/1\.1 400 /,
  },
  { what: 'a NUL in a header', bytes: get('/live', ['x-a: a\0b']), answer: /^HTTP\/1\.1 400 / },
  {
    what: 'no host',
    bytes: 'GET /live HTTP/1.1\r\nconnection: close\r\n\r\n',
    answer: /^HTTP\/1\.1 400 /,
  },
  {
    what: 'headers without end',
    bytes: get('/live', [`x-a: ${'a'.repeat(40_000)}`]),
    answer: /^HTTP\/1\.1 431 /,
  },
  {
    what: 'three thousand headers',
    bytes: get(
      '/live',
      Array.from({ length: 3_000 }, (_, at) => `x-${at}: a`),
    ),
    answer: /^HTTP\/1\.1 (431|200) /,
  },
  {
    what: 'a request id that would write lines into the log',
    bytes: get('/live', ['x-request-id: a%0d%0a{"level":"fatal"}']),
    answer: /^HTTP\/1\.1 200 /,
    never: /fatal/,
  },
  {
    what: 'the method TRACE',
    bytes: get('/graphql').replace('GET', 'TRACE'),
    answer: /^HTTP\/1\.1 40[045] /,
    never: /graph\.test/,
  },
  {
    what: 'the method CONNECT',
    bytes: get('127.0.0.1:6379').replace('GET', 'CONNECT'),
    answer: /^(HTTP\/1\.1 4\d\d |$)/,
  },
  {
    what: 'an address of another server',
    bytes: get('http://127.0.0.1:6379/'),
    answer: /^HTTP\/1\.1 (302|404|400) /,
  },
  {
    what: 'a path out of the explorer',
    bytes: get('/explorer/../../package.json'),
    answer: /^HTTP\/1\.1 404 /,
    never: /dependencies/,
  },
  {
    what: 'the same, encoded',
    bytes: get('/explorer/..%2f..%2fpackage.json'),
    answer: /^HTTP\/1\.1 404 /,
    never: /dependencies/,
  },
  {
    what: 'a path that is no text',
    bytes: get('/explorer/%c0%ae%c0%ae/'),
    answer: /^HTTP\/1\.1 4\d\d /,
  },
  {
    what: 'a form that a page sends anywhere',
    bytes: post(['content-type: text/plain', length]),
    answer: /^HTTP\/1\.1 415 /,
  },
  {
    what: 'a form with parts',
    bytes: post(['content-type: multipart/form-data; boundary=a', length]),
    answer: /^HTTP\/1\.1 415 /,
  },
  {
    what: 'a compressed body of ten megabytes',
    bytes: Buffer.concat([
      Buffer.from(post([json, 'content-encoding: gzip', `content-length: ${bomb.length}`], '')),
      bomb,
    ]),
    answer: /^HTTP\/1\.1 415 /,
  },
  {
    what: 'a body in UTF-7',
    bytes: post(['content-type: application/json; charset=utf-7', length]),
    answer: /^HTTP\/1\.1 415 /,
  },
  {
    what: 'a length that is a lie',
    bytes: post([json, 'content-length: 99999999999']),
    answer: /^HTTP\/1\.1 413 /,
  },
  {
    what: 'a mutation by GET',
    bytes: get(`/graphql?query=${mutation}`, ['accept: application/graphql-response+json']),
    answer: /^HTTP\/1\.1 405 /,
  },
  {
    what: 'a query twice',
    bytes: get('/graphql?query=%7Ba%7D&query=%7Bb%7D'),
    answer: /^HTTP\/1\.1 400 /,
  },
  {
    what: 'an image of another site',
    bytes: get('/graphql?query=%7B__typename%7D', [
      'sec-fetch-site: cross-site',
      'sec-fetch-mode: no-cors',
      'accept: application/graphql-response+json',
    ]),
    answer: /^HTTP\/1\.1 403 /,
  },
  {
    what: 'events of nobody',
    bytes: post([json, length]).replace('/graphql', '/callbacks/1'),
    answer: /^HTTP\/1\.1 404 /,
  },
  {
    what: 'an order to empty the cache',
    bytes: post([json, length]).replace('/graphql', '/cache/invalidate'),
    answer: /^HTTP\/1\.1 4\d\d /,
  },
  {
    what: 'metrics that are not for everybody',
    bytes: get('/metrics'),
    answer: /^HTTP\/1\.1 404 /,
    never: /process_cpu/,
  },
];

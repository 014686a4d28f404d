/**
 * Makes typed code of a client's documents (`src/documents/*.graphql`, below the folder that it runs
 * in), and the manifest by which the gateway serves them by id. Its argument is the schema that they are
 * written against. Every client workspace can use it as its `generate` script.
 */
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InMemoryCache } from '@apollo/client';
import { print } from '@apollo/client/utilities';
import { codegen } from '@graphql-codegen/core';
import * as typedDocuments from '@graphql-codegen/typed-document-node';
import * as operationTypes from '@graphql-codegen/typescript-operations';
import {
  buildSchema,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isObjectType,
  parse,
} from 'graphql';

const workspace = process.cwd();
const generatedFolder = join(workspace, 'src', 'generated');
const manifestFolder = join(workspace, 'dist', 'operations');
const header = '// Written by bin/generate.mjs from the documents and the schema. Do not edit.\n';

/** Arguments that say which page of a list, not which list. */
const pagingArguments = new Set(['first', 'after', 'last', 'before']);

const schemaText = readFileSync(resolve(workspace, process.argv[2]), 'utf8');
const schema = buildSchema(schemaText);
mkdirSync(generatedFolder, { recursive: true });
mkdirSync(manifestFolder, { recursive: true });
writeFileSync(join(generatedFolder, 'graphql.ts'), await typedCode());
writeFileSync(join(generatedFolder, 'schema-facts.ts'), schemaFacts());
const operations = await readOperations();
writeFileSync(join(generatedFolder, 'operation-ids.ts'), operationIds());
const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
writeFileSync(join(manifestFolder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);

/** Types of variables and results, and a document for each operation. */
function typedCode() {
  const documents = globSync('src/documents/*.graphql', { cwd: workspace })
    .sort()
    .map((location) => ({ location, document: parse(readFileSync(location, 'utf8')) }));
  const config = {
    useTypeImports: true,
    enumType: 'string-literal',
    strictScalars: true,
    scalars: { DateTime: 'string', ID: 'string' },
    nonOptionalTypename: true,
    skipTypeNameForRoot: true,
    // The queried types alone: what nobody asks for costs no compile time.
    onlyOperationTypes: true,
    // The text is complete without any fragment of another file.
    documentMode: 'documentNode',
    optimizeDocumentNode: true,
  };
  return codegen({
    filename: 'graphql.ts',
    schema: parse(schemaText),
    schemaAst: schema,
    documents,
    config,
    pluginMap: { operations: operationTypes, documents: typedDocuments },
    plugins: [{ operations: {} }, { documents: {} }],
  }).then((code) => `${header}${code}\n`);
}

/** What the cache has to know of the schema: unions, and which fields are lists of pages. */
function schemaFacts() {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const possibleTypes = Object.fromEntries(
    types
      .filter(isAbstractType)
      .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
  );
  const objects = types.filter(isObjectType);
  const connectionFields = objects.flatMap((type) => {
    const fields = Object.values(type.getFields())
      .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
      .map(({ name, args }) => [
        name,
        args.map((argument) => argument.name).filter((argument) => !pagingArguments.has(argument)),
      ]);
    return fields.length === 0 ? [] : [[type.name, Object.fromEntries(fields)]];
  });
  const names = objects.map(({ name }) => JSON.stringify(name)).join(' | ');
  return `${header}
/** Every object type of the schema. */
export type TypeName = ${names};

/** The types of each union and interface. */
export const possibleTypes: Record<string, string[]> = ${JSON.stringify(possibleTypes, null, 2)};

/** Fields that are lists of pages, by type, with the arguments that tell one list from another. */
export const connectionFields: Readonly<
  Partial<Record<TypeName, Readonly<Record<string, readonly string[]>>>>
> = ${JSON.stringify(Object.fromEntries(connectionFields), null, 2)};
`;
}

/** The operations in the very text that Apollo Client sends, so that its SHA-256 is what names them. */
async function readOperations() {
  const generated = await import(pathToFileURL(join(generatedFolder, 'graphql.ts')).href);
  const cache = new InMemoryCache();
  return Object.entries(generated)
    .filter(([name]) => name.endsWith('Document'))
    .map(([, document]) => [getOperationAST(document), print(cache.transformDocument(document))])
    .filter(([operation]) => operation)
    .map(([operation, body]) => ({
      id: createHash('sha256').update(body).digest('hex'),
      name: operation.name.value,
      type: operation.operation,
      body,
    }));
}

function operationIds() {
  const ids = Object.fromEntries(operations.map(({ name, id }) => [name, id]));
  return `${header}
/** The id of each operation in the manifest, by its name. */
export const operationIds: Readonly<Record<string, string>> = ${JSON.stringify(ids, null, 2)};
`;
}

// The OpenAPI document: it passes a linter, it has every endpoint, and every example in it works.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import type { Endpoint } from '../../src/management/endpoint.ts';
import { operationIdOf } from '../../src/management/openapi.ts';
import { startDocumentedServer } from '../support/documented-server.ts';
import type { ManagementServer } from '../support/management-server.ts';
import { HOST } from '../support/start-server.ts';

let server: ManagementServer;
let text: string;
before(async () => {
  server = await startDocumentedServer();
  text = (await get('/api/v2/openapi.json')).body;
});
after(() => server.close());

const get = (url: string) => server.app.server.inject({ url, headers: { host: HOST } });

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly example?: unknown }[];
  readonly requestBody?: { readonly content: Record<string, { readonly example?: unknown }> };
}
type Document = { readonly paths: Record<string, Record<string, Operation>> };
const documentOf = () => JSON.parse(text) as Document;

test('a public linter finds nothing wrong with the document', async () => {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config });
  assert.deepEqual(
    problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
    [],
  );
});

test('every endpoint is in the document, with the scopes that open it', () => {
  const { paths } = documentOf();
  for (const endpoint of server.app.endpoints) {
    const operation = paths[endpoint.path]?.[endpoint.method.toLowerCase()];
    assert.equal(operation?.operationId, operationIdOf(endpoint), `${endpoint.method} ${endpoint.path}`);
  }
  const ids = server.app.endpoints.map(operationIdOf);
  assert.equal(new Set(ids).size, ids.length);
});

test('every body has an example, but for the one that is a file', () => {
  const without = Object.entries(documentOf().paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([, { requestBody }]) => requestBody && !isOptionalOrExemplified(requestBody))
      .map(([method]) => `${method} ${path}`),
  );
  assert.deepEqual(without, ['post /jobs/users-imports']);
});

function isOptionalOrExemplified(body: NonNullable<Operation['requestBody']>): boolean {
  const [content] = Object.values(body.content);
  return content?.example !== undefined || (body as { required?: boolean }).required === false;
}

const ORDER = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];
const depthOf = ({ path }: Endpoint) => path.split('/').length;

test('every example in the document works', async () => {
  const { paths } = documentOf();
  const endpoints = server.app.endpoints
    .filter(({ mediaType }) => mediaType === undefined)
    .toSorted(
      (a, b) =>
        ORDER.indexOf(a.method) - ORDER.indexOf(b.method) || depthOf(b) - depthOf(a) || (a.path < b.path ? -1 : 1),
    );
  const failures: string[] = [];
  for (const { method, path, status, isEmptyPossible } of endpoints) {
    const operation = paths[path]?.[method.toLowerCase()];
    assert.ok(operation);
    // A tenant has one at most, and the first example shows it.
    if (`${method} ${path}` === 'POST /emails/provider') await server.api('DELETE', path);
    const at = path.replaceAll(/\{(\w+)\}/g, (_mark, name: string) => {
      const { example } = operation.parameters.find((one) => one.in === 'path' && one.name === name) ?? {};
      return encodeURIComponent(String(example));
    });
    const query = operation.parameters
      .filter((one) => one.in === 'query' && one.example !== undefined)
      .map(({ name, example }) => `${name}=${encodeURIComponent(String(example))}`);
    const [content] = Object.values(operation.requestBody?.content ?? {});
    const answer = await server.api(
      method,
      `${at}${query.length === 0 ? '' : `?${query.join('&')}`}`,
      content?.example,
    );
    const isExpected = answer.status === status || (isEmptyPossible === true && answer.status === 204);
    if (!isExpected) failures.push(`${method} ${at}: ${answer.status} ${answer.raw.body}`);
  }
  assert.deepEqual(failures, []);
});

test('the page to read it needs nothing from elsewhere, and runs no script but its own', async () => {
  const page = await get('/api/v2/docs');
  assert.equal(page.statusCode, 200);
  assert.ok(!/https?:\/\//.test(page.body), page.body);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'; script-src 'self'/);
  const script = await get('/api/v2/docs/rapidoc.js');
  assert.equal(script.statusCode, 200);
  assert.match(String(script.headers['content-type']), /javascript/);
});

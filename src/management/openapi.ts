// The OpenAPI 3.1 document of the Management API, printed from the same declarations that check requests.
import type { TObject } from 'typebox';
import type { Endpoint } from './endpoint.ts';

type Json = Readonly<Record<string, unknown>>;

const ERROR = {
  type: 'object',
  required: ['statusCode', 'error', 'message'],
  properties: {
    statusCode: { type: 'integer', description: 'The status of the answer.' },
    error: { type: 'string', description: 'Its name.' },
    message: { type: 'string', description: 'What is wrong, in words.' },
    errorCode: { type: 'string', description: 'What is wrong, for programs.' },
    attributes: { type: 'object', description: 'More of it, for some.' },
  },
};

const REFUSALS: Readonly<Record<string, string>> = {
  400: 'The body, the query or the path is not what it should be.',
  401: 'There is no token, or one that is not valid.',
  403: 'The token has none of the scopes that open the endpoint.',
  404: 'There is no such thing.',
  409: 'The change would clash with what is there.',
  429: 'There is too much to do. Try again after the seconds of `Retry-After`.',
  503: 'The server cannot answer now. Try again after the seconds of `Retry-After`.',
};

/** The document for a server that is reached at this issuer. */
export function printOpenApi(endpoints: readonly Endpoint[], issuer: string, version: string): Json {
  const paths = new Map<string, Record<string, Json>>();
  for (const endpoint of endpoints) {
    const operations = paths.get(endpoint.path) ?? {};
    operations[endpoint.method.toLowerCase()] = operationOf(endpoint);
    paths.set(endpoint.path, operations);
  }
  const tags = [...new Set(endpoints.map(({ tag }) => tag))].toSorted();
  return {
    openapi: '3.1.0',
    info: {
      title: 'Gatehouse Management API',
      version,
      description: 'Compatible with Auth0’s Management API v2, as far as it goes.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: `${issuer}api/v2` }],
    tags: tags.map((name) => ({ name, description: `Endpoints of ${name.replaceAll('-', ' ')}.` })),
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        management: {
          type: 'oauth2',
          flows: { clientCredentials: { tokenUrl: `${issuer}oauth/token`, scopes: scopesOf(endpoints) } },
        },
      },
      schemas: { Error: ERROR },
      responses: Object.fromEntries(
        Object.entries(REFUSALS).map(([status, description]) => [
          `Error${status}`,
          { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
        ]),
      ),
    },
  };
}

/** How programs call the operation, such as `patch_clients_id`. */
export function operationIdOf({ method, path }: Pick<Endpoint, 'method' | 'path'>): string {
  return `${method.toLowerCase()}${path.replaceAll(/[{}]/g, '').replaceAll(/[/-]/g, '_')}`;
}

function operationOf(endpoint: Endpoint): Json {
  const { tag, summary, scopes, status, answer, body } = endpoint;
  const refusals = [
    '400',
    ...(scopes.length === 0 ? ['401'] : ['401', '403']),
    ...(endpoint.path.includes('{') ? ['404'] : []),
    ...(endpoint.method === 'GET' ? [] : ['409']),
    ...['429', '503'],
  ];
  const content = status === 204 ? {} : { content: { 'application/json': { schema: answer ?? {} } } };
  return {
    operationId: operationIdOf(endpoint),
    tags: [tag],
    summary,
    security: scopes.length === 0 ? [] : scopes.map((scope) => ({ management: [scope] })),
    parameters: [...pathParameters(endpoint), ...queryParameters(endpoint)],
    ...(body ? { requestBody: requestBodyOf(endpoint) } : {}),
    responses: {
      ...(status >= 400
        ? { default: { $ref: `#/components/responses/Error${status}` } }
        : { [status]: { description: 'Success', ...content } }),
      ...(endpoint.isEmptyPossible ? { 204: { description: 'There is nothing to tell' } } : {}),
      ...Object.fromEntries(refusals.map((one) => [one, { $ref: `#/components/responses/Error${one}` }])),
    },
  };
}

function requestBodyOf({ body, isBodyOptional, mediaType = 'application/json', example }: Endpoint): Json {
  return {
    required: isBodyOptional !== true,
    content: { [mediaType]: { schema: body, ...(example?.body === undefined ? {} : { example: example.body }) } },
  };
}

function pathParameters({ path, params = {} }: Endpoint): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    ...params[name],
  }));
}

function queryParameters({ query, example }: Endpoint): Json[] {
  const { properties = {}, required = [] } = (query ?? {}) as Partial<TObject>;
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema } = property as Json;
    const value = example?.query?.[name];
    return {
      name,
      in: 'query',
      required: (required as readonly string[]).includes(name),
      ...(typeof description === 'string' ? { description } : {}),
      schema,
      ...(value === undefined ? {} : { example: exampleOf(schema, value) }),
    };
  });
}

function exampleOf({ type }: Json, text: string): unknown {
  if (type === 'boolean') return text === 'true';
  if (type === 'integer') return Number(text);
  return type === 'array' ? [text] : text;
}

function scopesOf(endpoints: readonly Endpoint[]): Json {
  const scopes = new Set(endpoints.flatMap((endpoint) => endpoint.scopes));
  return Object.fromEntries(
    [...scopes].toSorted().map((scope) => [scope, scope.replace(':', ' ').replaceAll('_', ' ')]),
  );
}

// Prints docs/management-api-endpoints.md: every endpoint of the Management API with the scopes that open it.
import type { Endpoint } from '../../src/management/endpoint.ts';
import { createManagementEndpoints } from '../../src/management-endpoints.ts';

/** The page. */
export function printManagementApi(): string {
  // Declarations need nothing of what their handlers work with.
  const endpoints = createManagementEndpoints({ stores: {}, database: {} } as never);
  const byTag = Map.groupBy(endpoints, ({ tag }) => tag);
  const sections = [...byTag]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .flatMap(([tag, list]) => [
      `## ${tag}`,
      '',
      '| endpoint | scopes, of which one is enough | what it does |',
      '| --- | --- | --- |',
      ...list.map(rowOf),
      '',
    ]);
  return [
    '# Endpoints of the Management API',
    '',
    '<!-- printed from the declarations in src by `npm run docs` -->',
    '',
    'All of them under `/api/v2`. [The Management API](management-api.md) says how to get a token and what is different from Auth0; a running server shows bodies and queries at `/api/v2/docs`.',
    '',
    ...sections,
  ].join('\n');
}

function rowOf({ method, path, scopes, summary }: Endpoint): string {
  const opening = scopes.length === 0 ? 'none: no token' : scopes.map((scope) => `\`${scope}\``).join(' ');
  return `| \`${method} ${path}\` | ${opening} | ${summary.replaceAll('|', '\\|')} |`;
}

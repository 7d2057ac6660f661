// Who may import which library: each is known to the few files whose job it is, so that it can be replaced there, and
// so that dangerous ones (child processes, password hashes) stay where they are looked after.

import { builtinModules } from 'node:module';
import { importsOf, isTest, type SourceFile, type Violation } from './source-file.ts';

type PackageRule = { packages: RegExp; allowed: RegExp; rule: string };

const PACKAGE_RULES: readonly PackageRule[] = [
  {
    packages: /^kysely$/,
    allowed: /^src\/storage\/|-store\.ts$/,
    rule: 'only *-store.ts files and storage/ import the query builder',
  },
  {
    packages: /^(better-sqlite3|pg|node:sqlite)$/,
    allowed: /^src\/storage\//,
    rule: 'only storage/ imports a database driver',
  },
  {
    packages: /^(fastify|fastify-.*|@fastify\/.*)$/,
    allowed: /^src\/(http|oauth|management|dashboard|hosted-page)\/|-(api|endpoint)\.ts$/,
    rule: 'only http/, oauth/, management/, dashboard/, hosted-page/, *-api.ts and *-endpoint.ts import the HTTP framework',
  },
  { packages: /^jose$/, allowed: /^src\/(key|token)\//, rule: 'only key/ and token/ import the JOSE library' },
  {
    packages: /^node:(child_process|cluster)$/,
    allowed: /^src\/(sandbox|storage)\//,
    rule: 'only sandbox/ and storage/ start a child process',
  },
  {
    packages: /^ldapts$/,
    allowed: /^src\/directory\/(ldap|active-directory)\//,
    rule: 'only directory/ldap and directory/active-directory import the LDAP library',
  },
  {
    packages: /^(xml-crypto|@xmldom\/.*)$/,
    allowed: /^src\/directory\/adfs\//,
    rule: 'only directory/adfs reads XML and checks its signatures',
  },
  {
    packages: /^nodemailer$/,
    allowed: /^src\/mail\/smtp-transport\.ts$/,
    rule: 'only mail/smtp-transport.ts speaks to mail servers',
  },
  {
    packages: /^liquidjs$/,
    allowed: /^src\/mail\/liquid\.ts$/,
    rule: 'only mail/liquid.ts renders what tenants write, within bounds',
  },
  { packages: /^prom-client$/, allowed: /^src\/metrics\//, rule: 'only metrics/ imports the metrics library' },
  {
    packages: /^@opentelemetry\//,
    allowed: /^src\/metrics\/trace\.ts$/,
    rule: 'only metrics/trace.ts imports the tracing API',
  },
  {
    packages: /^(bcrypt|argon2|@node-rs\/argon2|@node-rs\/bcrypt)$/,
    allowed: /^src\/directory\/database\//,
    rule: 'only directory/database hashes passwords',
  },
];

/** Checks what src/ imports from outside; `dependencies` are the names in that block of package.json. */
export function checkPackages(files: SourceFile[], dependencies: string[]): Violation[] {
  const builtIn = new Set(builtinModules);
  return files
    .filter((file) => !isTest(file.path))
    .flatMap((file) =>
      importsOf(file)
        .filter((item) => item.target === null)
        .flatMap(({ specifier, typeOnly }) => {
          // `child_process` and `node:child_process` are one module.
          const name = builtIn.has(specifier) ? `node:${specifier}` : packageOf(specifier);
          const found = `imports ${specifier}`;
          const violations = PACKAGE_RULES.filter(({ packages, allowed }) => {
            return packages.test(name) && !allowed.test(file.path);
          }).map(({ rule }): Violation => ({ file: file.path, found, rule }));
          if (!name.startsWith('node:') && !typeOnly && !dependencies.includes(name)) {
            const rule =
              'the server runs without devDependencies: it imports what "dependencies" of package.json names';
            violations.push({ file: file.path, found, rule });
          }
          return violations;
        }),
    );
}

/** `@scope/name/part` and `name/part` belong to the packages `@scope/name` and `name`. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

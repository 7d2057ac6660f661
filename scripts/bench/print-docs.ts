// The result as docs/performance.md.
import {
  type Column,
  describeBar,
  describeNotMeasured,
  describeVerdict,
  ENGINE_NAMES,
  type Engine,
  type Figure,
  isReached,
  printNumber,
  type Report,
  type Row,
  type Setting,
} from './report.ts';

const TITLES: Readonly<Record<Column, string>> = { ...ENGINE_NAMES, limit: 'limit', loop: 'loop' };

/** Prints the page: how it was measured, one section for each engine, what the words mean, what the numbers do not say. */
export function printPerformance({ setting, rows, failures }: Report): string {
  const engines = Object.keys(setting.engines) as Engine[];
  const notMeasured = describeNotMeasured({ rows, failures });
  return [
    '# Performance',
    '',
    'What Gatehouse does on one machine, against what that machine can do at best. `npm run bench -- --docs` measures it and',
    'writes this page; run it on yours.',
    '',
    ...printSetting(setting),
    ...printWords(setting),
    ...engines.flatMap((engine) => printEngine(engine, rows)),
    ...(notMeasured.length === 0 ? [] : ['## Not measured', '', ...notMeasured.map((line) => `- ${line}`), '']),
    ...NOTES,
    '',
  ].join('\n');
}

function printSetting({
  measuredAt,
  gatehouse,
  processor,
  cores,
  memory,
  system,
  node,
  engines,
  hash,
  quick,
}: Setting) {
  const names = Object.entries(engines).map(([engine, version]) => `${ENGINE_NAMES[engine as Engine]} ${version}`);
  return [
    '## How it was measured',
    '',
    '| | |',
    '| --- | --- |',
    `| when | ${measuredAt.slice(0, 10)}, Gatehouse ${gatehouse}${quick ? ', a quick run: rough numbers' : ''} |`,
    `| machine | ${cores} cores (${processor}), ${memory} GB, ${system} |`,
    `| software | Node.js ${node}, ${names.join(', ')}, every commit on the disk |`,
    `| password hash | ${hash}: the default |`,
    '| load | autocannon in a process of its own on the same machine, over loopback, plain HTTP, connections kept open |',
    '| users | the load of the password grant is spread over 1,000 users; rules, logs and attack protection as they come, except that the limits for one address and one user are off for the load generator |',
    '',
  ];
}

function printWords({ hash }: Setting): string[] {
  return [
    'A server that checks passwords is as fast as the hash lets it be, and a hash is made to be slow. Requests a second say',
    'how strong the hash and the machine are; what they say of a server is the share of the limit that it reaches.',
    '',
    '- **limit**: a bare `node:http` server that does for each request only what no server can leave out, and stores nothing:',
    `  for a login one check of a password (${hash}; as many at once as Gatehouse) and one RS256 signature, for client`,
    '  credentials one signature, for the rest an answer of the same length. Measured in turn with Gatehouse, round by round,',
    '  under the same load.',
    '- **loop**: the same work in a plain loop, without HTTP and without the load generator, which takes its part of the cores.',
    '- **at a directory**, the limit is another: a bare `node:http` server that keeps warm LDAPS connections and does for each',
    '  request one bind of somebody with the right password, without a search and without a signature; the loop is these binds',
    '  alone. The goal is for logins that read no groups but those that an entry names (`groups: none` at an Active Directory,',
    '  whose default is to search for nested ones): such a login is a search, a bind and an RS256 signature. Other',
    '  lines say what is left of the limit when it searches, too, and of the logins when they read nested groups.',
    '- Rates, medians and percentiles are medians of the rounds. *99 of 100 within* is the time that all but the slowest',
    '  hundredth of the answers kept.',
    '',
  ];
}

function printEngine(engine: Engine, rows: readonly Row[]): string[] {
  const columns: Column[] = [engine, 'limit', 'loop'];
  const lines = rows.flatMap(({ title, figures }) => {
    const shown = figures.filter(({ values }) => values[engine] !== undefined);
    if (shown.length === 0) return [];
    return [
      `| **${title}** | | | | |`,
      ...shown.map(
        (figure) =>
          `| ${[figure.name, ...columns.map((one) => cell(figure, one)), goal(figure, engine)].join(' | ')} |`,
      ),
    ];
  });
  return [
    `## On ${ENGINE_NAMES[engine]}`,
    '',
    `${describeVerdict(rows, engine)}.`,
    '',
    `| | ${columns.map((column) => (column === engine ? 'Gatehouse' : TITLES[column])).join(' | ')} | goal |`,
    '| --- | ---: | ---: | ---: | --- |',
    ...lines,
    '',
  ];
}

function cell({ values, unit }: Figure, column: Column): string {
  const value = values[column];
  return value === undefined ? '' : printNumber(value, unit);
}

function goal({ values, unit, bar }: Figure, engine: Engine): string {
  const value = values[engine];
  if (!bar || value === undefined) return '';
  return `${describeBar(bar, unit)}: ${isReached(bar, value) ? 'reached' : 'not reached'}`;
}

const NOTES = [
  '## What the numbers do not say',
  '',
  '- Server, load generator and database share the cores, as they do on a small machine of one’s own. With the generator',
  '  elsewhere all rates are higher, the limit’s too.',
  '- There is no network here, and TLS only on the way to directories: both cost the same whatever stands behind them.',
  '- A directory’s rate is that of its hash, too. Where it keeps salted SHA-1 (SSHA), a bind costs less than the signature of',
  '  a token, and the share says little about a server that signs; so that one has no goal. At a domain controller one process',
  '  answers everybody, and its search for nested groups costs more than its bind.',
  '- Beside a dead directory, 16 callers ask for 64 logins a second there and are refused, in turn with nobody doing so; the',
  '  ratio is the median of the ratios of the rounds.',
  '- The published keys and userinfo are answered so quickly that the load generator, a single process, is busy itself; its',
  '  share of working time stands beside them. Where it is near 1 in the limit’s column, the limit is higher than printed.',
  '- A closed loop is kind to a slow server: it sends no more than is answered. The flood is the row for the other case.',
  '- *To the first token* counts from the start of the process until a first login is answered 200, its hash included. The',
  '  bundled start is measured to see what bundling would bring; what is released runs from its sources.',
  '- The gap between an unknown user and a wrong password is told from none when both of its bounds are on one side of zero.',
  '- *A login beside its hash* is the time that the caller waited less the time that the server’s own metrics give the hash.',
  '- Differences of less than a tenth come and go from run to run.',
  '',
  '## Measuring it yourself',
  '',
  '```sh',
  'npm run bench                 # everything, in less than ten minutes',
  'npm run bench -- --quick      # roughly, in less than two',
  'npm run bench -- --only flood --engine sqlite',
  '```',
  '',
  'The result is kept as `.bench/result.json`. PostgreSQL is measured where it is installed, on a server of the benchmark’s own.',
];

// The dashboard and the alerts that are given away ask for numbers that a server really has.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { systemClock } from '../../src/lib/clock.ts';
import { createPrometheusMetrics } from '../../src/metrics/prometheus-metrics.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { type Scrape, scrape } from '../support/scrape.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const FOLDER = 'examples/monitoring';

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}
interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
}
interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

const dashboard = JSON.parse(readFileSync(`${FOLDER}/grafana-dashboard.json`, 'utf8')) as Dashboard;
const rules = (parse(readFileSync(`${FOLDER}/gatehouse-alerts.yml`, 'utf8')) as Rules).groups.flatMap(
  (group) => group.rules,
);
const expressions = [
  ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ...rules.map(({ expr }) => expr),
];

const metrics = createPrometheusMetrics('0.0.0', systemClock);
let server: TestServer;
let scraped: Scrape;
before(async () => {
  server = await startServer({ metrics });
  await server.token(SEED_REQUEST);
  // What the server tells only when there is much to do.
  metrics.hashWait('admitted', 0.01);
  metrics.hash('argon2id', 0.02);
  metrics.guardVerdict('admitted');
  metrics.storage('commit', 0.001);
  scraped = await scrape(metrics);
});
after(() => server.close());

const AGGREGATION = /\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g;
const OPERATORS = new Set(['and', 'or', 'unless', 'bool', 'by', 'without', 'on', 'ignoring']);
/** What Prometheus adds to everything it scrapes. */
const OF_PROMETHEUS = new Set(['job', 'instance']);

/** The names of metrics in an expression. */
function metricsIn(expression: string): string[] {
  const bare = expression.replaceAll(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"/g, ' ').replaceAll(AGGREGATION, ' ');
  return [...bare.matchAll(/[a-zA-Z_:][\w:]*(?!\w|\s*\()/g)]
    .map(([name]) => name)
    .filter((name) => !OPERATORS.has(name));
}

/** The names of labels in an expression, where it filters and where it groups. */
function labelsIn(expression: string): string[] {
  const grouped = [...expression.matchAll(AGGREGATION)].flatMap(([, list = '']) => list.split(','));
  const filtered = [...expression.matchAll(/\{([^}]*)\}/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  );
  return [...grouped, ...filtered].map((label) => label.trim());
}

test('the expressions are read rightly', () => {
  const expression = 'histogram_quantile(0.99, sum by (le, a) (rate(x_bucket{b="c_d"}[5m]))) > 1 unless on (e) y_total';
  assert.deepEqual(metricsIn(expression), ['x_bucket', 'y_total']);
  assert.deepEqual(labelsIn(expression), ['le', 'a', 'e', 'b']);
});

test('every metric that the dashboard and the alerts ask for is in a scrape', () => {
  assert.ok(expressions.length > 30);
  for (const expression of expressions) {
    const names = metricsIn(expression).filter((name) => name !== 'up');
    for (const name of names) assert.ok(scraped.names.has(name), `${name} in ${expression}`);
  }
});

test('every label that they filter or group by is one of the metric', () => {
  for (const expression of expressions) {
    const names = new Set(metricsIn(expression));
    const known = new Set(
      scraped.samples.filter(({ name }) => names.has(name)).flatMap(({ labels }) => Object.keys(labels)),
    );
    for (const label of labelsIn(expression)) {
      assert.ok(known.has(label) || OF_PROMETHEUS.has(label), `${label} in ${expression}`);
    }
  }
});

test('every metric of our own is shown or described', () => {
  const described = readFileSync('docs/monitoring.md', 'utf8');
  const own = [...scraped.text.matchAll(/^# TYPE (gatehouse_\w+)/gm)].map(([, name = '']) => name);
  assert.ok(own.length > 10);
  assert.deepEqual(
    own.filter((name) => !described.includes(`\`${name}\``)),
    [],
  );
});

test('the dashboard has what Grafana needs: ids of their own, places that do not overlap, a title for each panel', () => {
  const { uid, title, schemaVersion, panels } = dashboard;
  assert.ok(uid !== '' && title !== '' && schemaVersion >= 36);
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const taken = new Set<string>();
  for (const { title: name, type, gridPos, targets = [] } of panels) {
    assert.notEqual(name, '');
    assert.equal(targets.length > 0, type !== 'row', name);
    assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length);
    assert.ok(gridPos.x + gridPos.w <= 24, name);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        assert.equal(taken.has(`${x} ${y}`), false, `${name} lies on another panel`);
        taken.add(`${x} ${y}`);
      }
    }
  }
});

test('every alert has a name of its own, and the manual gives its reason', () => {
  const described = readFileSync('docs/monitoring.md', 'utf8');
  const names = rules.map(({ alert }) => alert);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.ok(described.includes(`\`${name}\``), name);
});

test('the configuration of Prometheus names the file of the alerts', () => {
  const { rule_files: files } = parse(readFileSync(`${FOLDER}/prometheus.yml`, 'utf8')) as { rule_files: string[] };
  for (const file of files) assert.deepEqual(globSync(`${FOLDER}/${file}`), [`${FOLDER}/${file}`]);
});

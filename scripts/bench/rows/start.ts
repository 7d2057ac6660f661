// From the start of the process to the first token, and what the process holds then.
import { setTimeout } from 'node:timers/promises';
import { bundleProgram } from '../bundle.ts';
import { serve } from '../installation.ts';
import type { Engine, Figure, Row } from '../report.ts';
import { residentMegabytes } from '../resident-memory.ts';
import { sendUntilAccepted } from '../send.ts';
import { median } from '../statistics.ts';
import { emailOf, loginRequest } from '../tenant.ts';
import { USUAL, type Workbench } from '../workbench.ts';

const STARTS = { full: 5, quick: 2 };
const IDLE_MS = 1000;

interface Started {
  readonly seconds: number;
  readonly megabytes: number;
}

/** Starts the sources and the bundled program in turn, several times each. */
export async function measureStart(workbench: Workbench): Promise<Row[]> {
  const { engines, folder, plan, progress } = workbench;
  progress.step('bundling');
  const bundle = await bundleProgram(folder);
  const starts = plan.quick ? STARTS.quick : STARTS.full;
  const fromSources = new Map<Engine, Started[]>();
  const bundled = new Map<Engine, Started[]>();
  for (let round = 1; round <= starts; round += 1) {
    for (const engine of engines) {
      progress.step(`start ${round} of ${starts} on ${engine}`);
      keep(fromSources, engine, await startOnce(workbench, engine));
      keep(bundled, engine, await startOnce(workbench, engine, bundle));
    }
  }
  const figure = (all: ReadonlyMap<Engine, Started[]>, member: keyof Started): Figure['values'] =>
    Object.fromEntries([...all].map(([engine, some]) => [engine, median(some.map((one) => one[member]))]));
  return [
    {
      title: 'Start',
      figures: [
        { name: 'to the first token', unit: 's', values: figure(fromSources, 'seconds'), bar: { atMost: 1 } },
        { name: 'to the first token, bundled', unit: 's', values: figure(bundled, 'seconds') },
        { name: 'memory when idle (RSS)', unit: 'MB', values: figure(fromSources, 'megabytes'), bar: { atMost: 125 } },
        { name: 'memory when idle (RSS), bundled', unit: 'MB', values: figure(bundled, 'megabytes') },
      ],
    },
  ];
}

function keep(all: Map<Engine, Started[]>, engine: Engine, one: Started): void {
  all.set(engine, [...(all.get(engine) ?? []), one]);
}

async function startOnce(workbench: Workbench, engine: Engine, program?: string): Promise<Started> {
  const installation = await workbench.provide(engine, USUAL);
  const startedAt = performance.now();
  const server = await serve(installation, program === undefined ? {} : { program });
  try {
    await sendUntilAccepted(server.port, loginRequest(emailOf(1)));
    const seconds = (performance.now() - startedAt) / 1000;
    await setTimeout(IDLE_MS);
    return { seconds, megabytes: residentMegabytes(server.pid) };
  } finally {
    await server.stop();
  }
}

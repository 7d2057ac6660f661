// What the metrics port answers: GET /metrics, and 404 to everything else. A port of its own, because numbers about everybody
// are none of a caller's business.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from '../lib/logger.ts';
import type { ReadableMetrics } from '../metrics/metrics.ts';

/** Builds the handler for a listener. */
export function createMetricsHandler(metrics: ReadableMetrics, logger: Logger): RequestListener {
  async function answer(response: ServerResponse): Promise<void> {
    try {
      const { text, contentType } = await metrics.read();
      response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(text);
    } catch (error) {
      logger.error({ err: error }, 'metrics cannot be read');
      response.writeHead(500).end();
    }
  }

  return ({ method, url = '' }: IncomingMessage, response) => {
    if (method === 'GET' && url.split('?')[0] === '/metrics') void answer(response);
    else response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('The address is /metrics.\n');
  };
}

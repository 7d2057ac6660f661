// Registers the OpenTelemetry SDK before Gatehouse starts: node --import register.mjs, or NODE_OPTIONS. Everything else is
// said by the OTEL_ variables; see README.md beside this file.
import process from 'node:process';
import { NodeSDK } from '@opentelemetry/sdk-node';

// Traces only, and no description of the host and the command line.
process.env.OTEL_METRICS_EXPORTER ??= 'none';
process.env.OTEL_LOGS_EXPORTER ??= 'none';
process.env.OTEL_NODE_RESOURCE_DETECTORS ??= 'env';
process.env.OTEL_SERVICE_NAME ??= 'gatehouse';

// No instrumentations: those of HTTP and of databases would record addresses, headers and statements.
const sdk = new NodeSDK({ instrumentations: [] });
sdk.start();

// Gatehouse drains at SIGTERM and then has nothing left to do: what has not been sent yet goes now.
process.once('beforeExit', () => {
  void sdk.shutdown();
});

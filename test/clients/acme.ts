// What the tests of this folder know of tenant.yaml, and how they start a server on it.
import { type DevServer, startDevServer } from '../support/dev-server.ts';

export const API = 'https://someapi.com/api';
export const COMMAND_LINE_CLIENT = 'CommandLineClient000000000000000';
export const PAGE_CLIENT = 'PageClient0000000000000000000000';
export const BACKEND = {
  clientId: 'BackendClient0000000000000000000',
  clientSecret: 'backend-client-secret-0123456789',
};
export const HEADER_CLIENT = {
  clientId: 'HeaderClient00000000000000000000',
  clientSecret: 'a secret: with % + / = and ü',
};

export const USER = { username: 'user@example.com', password: 'pwd' };
export const USER_ID = 'auth0|67e9930075b689b7db2688df';
/** The same address in the other database. */
export const STAFF = { username: 'user@example.com', password: 'another password', realm: 'Staff' };
export const STAFF_ID = 'auth0|67e9930075b689b7db2688e0';

/** Starts the development server on tenant.yaml. */
export function startAcme(pageOrigin = 'http://localhost:4180'): Promise<DevServer> {
  return startDevServer({ file: 'test/clients/tenant.yaml', environment: { PAGE_ORIGIN: pageOrigin } });
}

// As much of Express, which brings no types, as the tests and express-oauth2-jwt-bearer name.
declare module 'express' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

  // What middleware adds to requests it declares in the global namespace Express.
  export type Request = IncomingMessage & Express.Request;
  export type Response = ServerResponse & { json(body: unknown): void };
  export type Handler = (request: Request, response: Response, next: (error?: unknown) => void) => unknown;

  type Application = RequestListener & {
    set(setting: string, value: unknown): void;
    use(handler: Handler): void;
    get(path: string, ...handlers: Handler[]): void;
  };
  export default function express(): Application;
}

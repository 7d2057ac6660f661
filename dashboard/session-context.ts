// Who is signed in, for the pages inside the shell.
import { createContext, use } from 'react';
import type { Session } from './session.ts';

/** Null outside the shell. */
export const SessionContext = createContext<Session | null>(null);

/** The session; throws outside the shell. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('This page is for somebody who is signed in.');
  return session;
}

/** True when whoever is signed in has this scope of the Management API, such as `update:clients`. */
export function useMay(scope: string): boolean {
  return useSession().scopes.has(scope);
}

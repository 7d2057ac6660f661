// The connections of the tenant, and whether each answers: asked of every one by itself. The server asks two at a time.
import { useQueries } from '@tanstack/react-query';
import { ApiFailure, callApi, isWorthAsking, useApi } from './api-client.ts';
import { PASSWORD_STRATEGIES } from './strategy.ts';

interface Connection {
  readonly id: string;
  readonly name: string;
  readonly strategy: string;
}

/** A connection, and how it is. */
export interface ConnectionState extends Connection {
  readonly canCheckPasswords: boolean;
  /** Null as long as nobody knows. */
  readonly isOnline: boolean | null;
}

const FRESH_MS = 60_000;
/** A directory that does not answer takes seconds of one of the two places. */
const MOST_TURNS = 60;
const TURN_MS = 1000;

/** All connections; the list is empty until it was read. */
export function useConnectionStates(): readonly ConnectionState[] {
  const { data = [] } = useApi<readonly Connection[]>('/connections?per_page=100&fields=id,name,strategy');
  return useStatesOf(data);
}

/** These connections, and how each is. */
export function useStatesOf<One extends Connection>(connections: readonly One[]): readonly (One & ConnectionState)[] {
  const states = useQueries({
    queries: connections.map(({ id, strategy }) => ({
      queryKey: ['connection-status', id],
      queryFn: () => isOnline(id),
      staleTime: FRESH_MS,
      retry: (failures: number, error: Error) =>
        isTurnedAway(error) ? failures < MOST_TURNS : isWorthAsking(failures, error),
      retryDelay: TURN_MS,
      enabled: PASSWORD_STRATEGIES.includes(strategy),
    })),
  });
  return connections.map((connection, at) => ({
    ...connection,
    canCheckPasswords: PASSWORD_STRATEGIES.includes(connection.strategy),
    isOnline: states[at]?.data ?? null,
  }));
}

/** The question before is not answered yet. */
function isTurnedAway(error: Error): boolean {
  return error instanceof ApiFailure && error.status === 429;
}

async function isOnline(id: string): Promise<boolean> {
  try {
    await callApi('GET', `/connections/${encodeURIComponent(id)}/status`);
    return true;
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404) return false;
    throw error;
  }
}

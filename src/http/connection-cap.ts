// How many connections may be open at once. When one more comes, the one that has been idle longest makes room: whoever
// opens connections and leaves them waiting pushes out others of its kind, and never a request that is being answered.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A bound on the open connections of one or several servers together. */
export interface ConnectionCap {
  /** Counts the connections that come to this server from now on. */
  guard(server: Server): void;
}

interface Connection {
  readonly socket: Socket;
  readonly answers: Set<ServerResponse>;
}

/** Lets `most` connections be open; one more is closed at once when none of them is idle. */
export function createConnectionCap(most: number): ConnectionCap {
  // In the order in which they were opened or last answered.
  const open = new Map<string, Connection>();

  function evictOldestIdle(): boolean {
    for (const [ends, connection] of open) {
      if (!isIdle(connection)) continue;
      open.delete(ends);
      connection.socket.destroy();
      return true;
    }
    return false;
  }

  function opened(socket: Socket): void {
    const ends = endsOf(socket);
    if (open.size >= most && !evictOldestIdle()) {
      socket.destroy();
      return;
    }
    const connection: Connection = { socket, answers: new Set() };
    open.set(ends, connection);
    socket.once('close', () => {
      if (open.get(ends) === connection) open.delete(ends);
    });
  }

  function asked({ socket }: IncomingMessage, response: ServerResponse): void {
    const ends = endsOf(socket);
    const connection = open.get(ends);
    if (!connection) return;
    connection.answers.add(response);
    response.once('close', () => {
      connection.answers.delete(response);
      if (open.get(ends) !== connection) return;
      open.delete(ends);
      open.set(ends, connection);
    });
  }

  return {
    guard(server) {
      server.on('connection', opened);
      server.prependListener('request', asked);
    },
  };
}

/** True while nothing is asked of us: no whole request has come that is not answered yet, whoever is slow to take it. */
function isIdle({ answers }: Connection): boolean {
  return [...answers].every((answer) => !answer.req.complete || answer.writableEnded);
}

/** What a connection and the TLS on top of it have in common. */
function endsOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${localPort} ${remoteAddress} ${remotePort}`;
}

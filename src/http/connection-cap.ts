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
  const open = new Set<Connection>();
  const byEnds = new Map<string, Connection>();
  // By the socket that requests come from: with TLS it is not the one that was opened.
  const bySocket = new WeakMap<Socket, Connection>();

  function evictOldestIdle(): boolean {
    for (const connection of open) {
      if (!isIdle(connection)) continue;
      open.delete(connection);
      connection.socket.destroy();
      return true;
    }
    return false;
  }

  function opened(socket: Socket): void {
    if (open.size >= most && !evictOldestIdle()) {
      socket.destroy();
      return;
    }
    const connection: Connection = { socket, answers: new Set() };
    const ends = endsOf(socket);
    open.add(connection);
    byEnds.set(ends, connection);
    socket.once('close', () => {
      open.delete(connection);
      if (byEnds.get(ends) === connection) byEnds.delete(ends);
    });
  }

  function asked({ socket }: IncomingMessage, response: ServerResponse): void {
    const connection = bySocket.get(socket) ?? byEnds.get(endsOf(socket));
    if (!connection) return;
    bySocket.set(socket, connection);
    connection.answers.add(response);
    response.on('close', answered);
  }

  function answered(this: ServerResponse): void {
    const connection = bySocket.get(this.req.socket);
    connection?.answers.delete(this);
    if (connection && open.delete(connection)) open.add(connection);
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

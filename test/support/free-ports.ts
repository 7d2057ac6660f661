// Port numbers for programs that cannot choose one themselves.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Two different ports of loopback on which nobody listens. */
export async function findTwoFreePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  // Held together and let go together: that is what makes them different.
  const [first, second] = await Promise.all(
    servers.map(async (server) => {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return (server.address() as AddressInfo).port;
    }),
  );
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return [first, second] as [number, number];
}

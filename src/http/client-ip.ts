// Where a request comes from: the address of the socket, in one spelling.

/** The peer's address; an IPv4 address that came in an IPv6 socket is written as IPv4. */
export function clientIp(socketAddress: string | undefined): string {
  return (socketAddress ?? 'unknown').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

// The Auth0-Client header: which SDK is calling. Copied into the log, never a reason to refuse.

const LONGEST = 1024;

/** The decoded header: an object with at most name, version and env; null when it is missing or not to be understood. */
export function readAuth0Client(header: string | string[] | undefined): unknown {
  if (typeof header !== 'string' || header.length > LONGEST) return null;
  try {
    const decoded: unknown = JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
    if (typeof decoded !== 'object' || decoded === null || Array.isArray(decoded)) return null;
    const { name, version, env } = decoded as Record<string, unknown>;
    return { name, version, env };
  } catch {
    // Some SDK's idea of telemetry; the log does without.
    return null;
  }
}

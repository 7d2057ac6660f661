// Tries an LDAP connection step by step, for `connection test`.
import type { LdapConnection } from '../../connection/connection.ts';
import type { Probe } from '../probe.ts';
import { takeSteps } from '../probe-steps.ts';
import { createGenericLdap } from './generic-ldap.ts';
import { LdapConnections, type LdapParts } from './ldap-connections.ts';
import { explainLdap, probeServers } from './probe-server.ts';
import { stepsOfLogin } from './probe-steps-of-login.ts';

/** Builds the probe. */
export function createLdapProbe(parts: LdapParts): Probe<LdapConnection> {
  return async ({ options, trusted }, attempt) => {
    const { steps, usable } = await probeServers(parts, options, trusted);
    if (usable === 0) return steps;
    const connections = new LdapConnections(parts, options, trusted);
    try {
      const planned = stepsOfLogin(createGenericLdap(options), connections, attempt);
      return [...steps, ...(await takeSteps(parts.clock, planned, explainLdap))];
    } finally {
      connections.close();
    }
  };
}

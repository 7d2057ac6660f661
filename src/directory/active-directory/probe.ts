// Tries an Active Directory connection step by step, for `connection test`.
import type { ActiveDirectoryConnection } from '../../connection/connection.ts';
import { LdapConnections, type LdapParts } from '../ldap/ldap-connections.ts';
import { explainLdap, probeServers } from '../ldap/probe-server.ts';
import { stepsOfLogin } from '../ldap/probe-steps-of-login.ts';
import type { Probe } from '../probe.ts';
import { takeSteps } from '../probe-steps.ts';
import { createActiveDirectory } from './dialect.ts';
import { besideGlobalCatalog } from './global-catalog.ts';
import { lockoutPolicyStep } from './lockout-policy.ts';

const TOTAL_MS = 20_000;

/** Builds the probe. */
export function createActiveDirectoryProbe(parts: LdapParts): Probe<ActiveDirectoryConnection> {
  return async ({ options, trusted }, attempt) => {
    const { steps, usable } = await probeServers(parts, options, trusted);
    if (usable === 0) return steps;
    const connections = new LdapConnections(parts, options, trusted);
    const elsewhere = besideGlobalCatalog(parts, options, trusted);
    try {
      const search = (elsewhere ?? connections).searchWithin(connections.timeFor(TOTAL_MS));
      const planned = stepsOfLogin(createActiveDirectory(options, parts.clock, elsewhere), connections, attempt);
      return [
        ...steps,
        // The user's own steps are taken also where the policy could not be read, or is too strict.
        ...(await takeSteps(parts.clock, [lockoutPolicyStep(options, search)], explainLdap)),
        ...(await takeSteps(parts.clock, planned, explainLdap)),
      ];
    } finally {
      connections.close();
      elsewhere?.close();
    }
  };
}

// Attack Protection: how guesses are stopped, who is blocked now, and how a block is lifted.
import { Text } from '@mantine/core';
import { BlockLookup } from '../parts/block-lookup.tsx';
import { BlockedNow } from '../parts/blocked-now.tsx';
import { BreachedPasswordSettings } from '../parts/breached-password-settings.tsx';
import { BruteForceSettings } from '../parts/brute-force-settings.tsx';
import { TextBlock } from '../parts/json-block.tsx';
import { Page } from '../parts/page.tsx';
import { RecentBlocks } from '../parts/recent-blocks.tsx';
import { Section } from '../parts/section.tsx';
import { SuspiciousIpSettings } from '../parts/suspicious-ip-settings.tsx';
import { useSession } from '../session-context.ts';

/** Shows it. */
export default function AttackProtection() {
  const { tenant } = useSession();
  return (
    <Page
      title="Attack Protection"
      about="What stands between somebody who guesses and a password. All of it is on from the start."
    >
      <BlockedNow />
      <BlockLookup />
      <RecentBlocks />
      <BruteForceSettings />
      <SuspiciousIpSettings />
      <BreachedPasswordSettings />
      <Section
        title="Logins of one user"
        id="sameUserRateLimit"
        about="Twenty logins of one user from one address within a minute, right ones too, and ten a minute after that."
      >
        <Text size="sm">
          Programs that log in again and again should keep their token. For test runs the limit can be switched off at
          the command line of the server:
        </Text>
        <TextBlock
          text={`gatehouse attack-protection update --set sameUserRateLimit.enabled=false --tenant ${tenant}`}
          name="the command"
        />
      </Section>
    </Page>
  );
}

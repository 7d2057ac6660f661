// What is in a token that somebody just got: its header and claims, with times in words.
import { Group, Stack, Text, Title } from '@mantine/core';
import { decodeToken } from '../jwt.ts';
import { CopyIcon } from './copied-value.tsx';
import { Facts } from './facts.tsx';
import { JsonBlock } from './json-block.tsx';
import { Time } from './time.tsx';

const TIMES: Readonly<Record<string, string>> = {
  iat: 'Issued',
  nbf: 'Good from',
  exp: 'Expires',
  auth_time: 'Logged in',
};
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** Shows it; `name` is what kind of token it is. */
export function TokenContent({ token, name }: { readonly token: string; readonly name: string }) {
  const decoded = decodeToken(token);
  const times = Object.entries(TIMES).flatMap(([claim, words]) => {
    const at = decoded?.claims[claim];
    return typeof at === 'number' ? [[claim, words, at * 1000] as const] : [];
  });
  return (
    <Stack gap="xs">
      <Group gap={4}>
        <Title order={3} size="h5">
          {name}
        </Title>
        <CopyIcon value={token} name={`the ${name}`} />
      </Group>
      {decoded === null ? (
        <Text size="sm">
          It is opaque: nothing can be read from it. It opens /userinfo and nothing else. To get a JWT, name an API.
        </Text>
      ) : (
        <>
          <Facts
            label={`Times of the ${name}`}
            facts={times.map(([claim, words, at]) => [
              `${words} (${claim})`,
              <Text key={claim} size="sm">
                <Time at={at} />, {exact.format(new Date(at))}
              </Text>,
            ])}
          />
          <JsonBlock value={decoded.header} name={`the header of the ${name}`} />
          <JsonBlock value={decoded.claims} name={`the claims of the ${name}`} />
        </>
      )}
    </Stack>
  );
}

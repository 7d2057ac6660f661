// The quick start of an application: the two requests of the password grant as programs in eleven languages, filled in with
// this tenant's values.
import { Code, Group, NativeSelect, Stack, Tabs, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useApi } from '../api-client.ts';
import { CopyIcon } from '../parts/copied-value.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { type QuickStartValues, quickStarts } from '../quick-start/quick-start.ts';
import { useSession } from '../session-context.ts';

interface Application {
  readonly client_id: string;
  readonly token_endpoint_auth_method?: string;
}

interface Api {
  readonly id: string;
  readonly identifier: string;
  readonly name: string;
  readonly is_system?: boolean;
  readonly scopes?: readonly { readonly value: string }[];
}

/** Shows the programs for this application; API and language are part of the address. */
export function QuickStartPanel({ application }: { readonly application: Application }) {
  const apis = useApi<readonly Api[]>('/resource-servers?per_page=100');
  return (
    <Loaded query={apis}>
      {(all) => {
        const offered = all.filter((api) => api.is_system !== true);
        return offered.length === 0 ? (
          <Text>There is no API yet for which a token could be had: create one under “APIs”.</Text>
        ) : (
          <Programs application={application} apis={offered} />
        );
      }}
    </Loaded>
  );
}

function Programs({ application, apis }: { readonly application: Application; readonly apis: readonly Api[] }) {
  const [address, setAddress] = useSearchParams();
  const { issuer } = useSession();
  const api = apis.find(({ identifier }) => identifier === address.get('audience')) ?? apis[0];
  const [userName, setUserName] = useState('user@example.com');
  const [apiUrl, setApiUrl] = useState('https://someapi.example.com/orders');
  const language = address.get('language') ?? 'curl';

  function choose(name: string, value: string): void {
    setAddress(
      (before) => {
        before.set(name, value);
        return before;
      },
      { replace: true, preventScrollReset: true },
    );
  }

  if (!api) return null;
  const values: QuickStartValues = {
    issuer: issuer.replace(/\/$/, ''),
    clientId: application.client_id,
    // The secret itself is nothing for a page to show again and again.
    clientSecret: application.token_endpoint_auth_method === 'none' ? null : '',
    audience: api.identifier,
    scope: (api.scopes ?? []).map(({ value }) => value).join(' '),
    username: userName,
    password: 'the password of that user',
    apiUrl,
    realm: null,
  };
  return (
    <Stack>
      <Group align="flex-end" grow preventGrowOverflow={false}>
        <NativeSelect
          label="API"
          value={api.identifier}
          onChange={(event) => choose('audience', event.currentTarget.value)}
          data={apis.map(({ identifier, name }) => ({ value: identifier, label: name }))}
        />
        <TextInput label="User name" value={userName} onChange={(event) => setUserName(event.currentTarget.value)} />
        <TextInput
          label="Address of a request to the API"
          value={apiUrl}
          onChange={(event) => setApiUrl(event.currentTarget.value)}
        />
      </Group>
      <Tabs value={language} onChange={(chosen) => choose('language', chosen ?? 'curl')} keepMounted={false}>
        <Tabs.List aria-label="Languages">
          {quickStarts.map((one) => (
            <Tabs.Tab key={one.language} value={one.language}>
              {one.label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {quickStarts.map((one) => (
          <Tabs.Panel key={one.language} value={one.language} pt="md">
            <Stack>
              <Snippet title="Get a token" text={one.getToken(values)} run={one.run} />
              <Snippet title="Call the API" text={one.callApi(values)} run={null} />
            </Stack>
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}

interface SnippetProps {
  readonly title: string;
  readonly text: string;
  readonly run: string | null;
}

function Snippet({ title, text, run }: SnippetProps) {
  return (
    <section aria-label={title}>
      <Group justify="space-between" mb={4}>
        <Title order={3} size="h5">
          {title}
        </Title>
        <CopyIcon value={text} name={`“${title}”`} />
      </Group>
      <Code block tabIndex={0} style={{ overflowX: 'auto', whiteSpace: 'pre' }}>
        {text}
      </Code>
      {run ? (
        <Text size="sm" c="dimmed" mt={4}>
          Run it with <Code>{run}</Code>
        </Text>
      ) : null}
    </section>
  );
}

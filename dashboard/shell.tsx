// The frame around every page for somebody who is signed in: the menu, the tenant, the way out.
import {
  ActionIcon,
  AppShell,
  Badge,
  Burger,
  Center,
  Group,
  Loader,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBook, IconLogout, IconMoon, IconSun, IconUserCircle } from '@tabler/icons-react';
import { useEffect, useSyncExternalStore } from 'react';
import { Link, Navigate, Outlet, ScrollRestoration, useLocation } from 'react-router';
import { queries } from './api-client.ts';
import { type MenuEntry, menu } from './navigation.ts';
import { LeaveGuard } from './parts/leave-guard.tsx';
import { getToken, readSession, type Session, signOut, watchSession } from './session.ts';
import { SessionContext } from './session-context.ts';

/** Shows the page, or the way in. */
export function Shell() {
  const state = useSyncExternalStore(watchSession, readSession);
  const location = useLocation();
  useEffect(() => {
    if (state.kind === 'unknown') void getToken();
  }, [state.kind]);
  if (state.kind === 'unknown') return <Waiting />;
  if (state.kind === 'none') {
    const from = `${location.pathname}${location.search}${location.hash}`;
    return <Navigate to="/sign-in" replace state={{ from }} />;
  }
  return <Frame session={state.session} />;
}

function Waiting() {
  return (
    <Center h="100vh">
      <Loader aria-label="Loading" />
    </Center>
  );
}

function Frame({ session }: { readonly session: Session }) {
  const [isOpen, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  useEffect(close, [pathname, close]);
  return (
    <SessionContext value={session}>
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
        padding={{ base: 'md', sm: 'lg' }}
      >
        <AppShell.Header>
          <Header session={session} isOpen={isOpen} toggle={toggle} />
        </AppShell.Header>
        <AppShell.Navbar p="xs" component="nav" aria-label="Main">
          <AppShell.Section grow component={ScrollArea}>
            {menu.map((entry) => (
              <NavLink
                key={entry.path}
                component={Link}
                to={entry.path}
                label={entry.label}
                leftSection={<entry.icon size={18} stroke={1.6} />}
                active={isAt(pathname, entry)}
                {...(isAt(pathname, entry) ? { 'aria-current': 'page' as const } : {})}
              />
            ))}
          </AppShell.Section>
          <AppShell.Section>
            <NavLink
              component="a"
              href="/api/v2/docs"
              target="_blank"
              rel="noreferrer"
              label="API reference"
              leftSection={<IconBook size={18} stroke={1.6} />}
            />
          </AppShell.Section>
        </AppShell.Navbar>
        <AppShell.Main id="content">
          <Outlet />
        </AppShell.Main>
      </AppShell>
      <LeaveGuard />
      <ScrollRestoration />
    </SessionContext>
  );
}

function isAt(pathname: string, { path, also = path }: MenuEntry): boolean {
  return path === '/'
    ? pathname === '/'
    : [path, also].some((place) => pathname === place || pathname.startsWith(`${place}/`));
}

interface HeaderProps {
  readonly session: Session;
  readonly isOpen: boolean;
  readonly toggle: () => void;
}

function Header({ session, isOpen, toggle }: HeaderProps) {
  const mayChange = session.scopes.has('update:tenant_settings');
  return (
    <Group h="100%" px="md" justify="space-between" wrap="nowrap">
      <Group gap="sm" wrap="nowrap">
        <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" aria-expanded={isOpen} />
        <Text fw={700} size="lg">
          Gatehouse
        </Text>
        <Badge variant="default" tt="none" visibleFrom="xs">
          {session.tenant}
        </Badge>
        {mayChange ? null : (
          <Badge variant="light" color="gray" visibleFrom="xs">
            viewer
          </Badge>
        )}
      </Group>
      <Group gap="xs" wrap="nowrap">
        <ColorSwitch />
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size="lg" aria-label={`Account of ${session.email}`}>
              <IconUserCircle size={20} stroke={1.6} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{session.email}</Menu.Label>
            <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
              Sign out
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
    </Group>
  );
}

async function leave(): Promise<void> {
  await signOut();
  // Whoever sits down next sees nothing of what was read.
  queries.clear();
}

function ColorSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const isDark =
    colorScheme === 'dark' || (colorScheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={isDark ? 'Use light colours' : 'Use dark colours'}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      {isDark ? <IconSun size={20} stroke={1.6} /> : <IconMoon size={20} stroke={1.6} />}
    </ActionIcon>
  );
}

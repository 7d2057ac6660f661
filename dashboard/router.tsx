// Which page an address shows. Each page is loaded when somebody goes there.
import { createBrowserRouter, type RouteObject } from 'react-router';
import { BrokenPage, MissingPage } from './parts/broken-page.tsx';
import { Shell } from './shell.tsx';

type PageModule = { readonly default: React.ComponentType };

function page(path: string, load: () => Promise<PageModule>): RouteObject {
  return {
    path,
    lazy: async () => ({ Component: (await load()).default }),
    ErrorBoundary: BrokenPage,
    HydrateFallback: () => null,
  };
}

/** The dashboard's router. */
export const router = createBrowserRouter(
  [
    page('/sign-in', () => import('./pages/sign-in.tsx')),
    page('/set-up', () => import('./pages/set-up.tsx')),
    {
      element: <Shell />,
      ErrorBoundary: BrokenPage,
      HydrateFallback: () => null,
      children: [
        page('/', () => import('./pages/overview.tsx')),
        page('/applications', () => import('./pages/applications.tsx')),
        page('/applications/:id', () => import('./pages/application.tsx')),
        page('/apis', () => import('./pages/apis.tsx')),
        page('/apis/:id', () => import('./pages/api.tsx')),
        page('/connections', () => import('./pages/connections.tsx')),
        page('/connections/new/:strategy', () => import('./pages/new-connection.tsx')),
        page('/connections/:id', () => import('./pages/connection.tsx')),
        page('/users', () => import('./pages/users.tsx')),
        page('/users/new', () => import('./pages/new-user.tsx')),
        page('/users/import', () => import('./pages/user-import.tsx')),
        page('/users/export', () => import('./pages/user-export.tsx')),
        page('/users/:id', () => import('./pages/user.tsx')),
        page('/roles', () => import('./pages/roles.tsx')),
        page('/roles/:id', () => import('./pages/role.tsx')),
        page('/rules', () => import('./pages/rules.tsx')),
        page('/rules/new', () => import('./pages/new-rule.tsx')),
        page('/rules/named', () => import('./pages/rule-by-name.tsx')),
        page('/rules/:id', () => import('./pages/rule.tsx')),
        page('/actions', () => import('./pages/actions.tsx')),
        page('/actions/named', () => import('./pages/action-by-name.tsx')),
        page('/actions/:id', () => import('./pages/action.tsx')),
        page('/attack-protection', () => import('./pages/attack-protection.tsx')),
        page('/signing-keys', () => import('./pages/signing-keys.tsx')),
        page('/logs', () => import('./pages/logs.tsx')),
        page('/logs/:id', () => import('./pages/log-event.tsx')),
        page('/inspector', () => import('./pages/inspector.tsx')),
        page('/inspector/:id', () => import('./pages/inspector.tsx')),
        page('/try-it', () => import('./pages/try-it.tsx')),
        page('/health', () => import('./pages/health.tsx')),
        page('/settings', () => import('./pages/account-settings.tsx')),
        { path: '*', element: <MissingPage /> },
      ],
    },
  ],
  { basename: '/dashboard' },
);

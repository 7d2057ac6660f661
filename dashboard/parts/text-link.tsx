// A link inside the dashboard.
import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

/** Leads to `to`, a path below the dashboard. */
export function TextLink({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  return (
    <Anchor component={Link} to={to} size="sm" className="break-anywhere">
      {children}
    </Anchor>
  );
}

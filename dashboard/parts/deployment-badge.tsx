// Says how far what logins run of an action is what was written last.
import { Badge } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconMinus } from '@tabler/icons-react';
import { type Action, deploymentOf } from '../action.ts';

/** Shows it. */
export function DeploymentBadge({ action }: { readonly action: Action }) {
  const { all_changes_deployed: isSame, deployed_version: version } = action;
  const [color, Icon] = !version
    ? (['gray', IconMinus] as const)
    : isSame
      ? (['gate', IconCheck] as const)
      : (['yellow', IconAlertTriangle] as const);
  return (
    <Badge variant="light" color={color} tt="none" leftSection={<Icon size={12} aria-hidden />}>
      {deploymentOf(action)}
    </Badge>
  );
}

// A table of facts: what something is called beside what it is.
import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

/** A fact; null for one that there is nothing to say about, which is left out. */
export type Fact = readonly [name: string, value: ReactNode] | null;

/** Shows them; `label` says what they are about, for those who do not see the table. */
export function Facts({ label, facts }: { readonly label: string; readonly facts: readonly Fact[] }) {
  return (
    <Table aria-label={label} withRowBorders={false} verticalSpacing={6} horizontalSpacing={0}>
      <Table.Tbody>
        {facts
          .filter((fact) => fact !== null)
          .map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th
                scope="row"
                fw={400}
                c="dimmed"
                w={{ base: 110, xs: 160 }}
                pr="md"
                style={{ verticalAlign: 'top' }}
              >
                {name}
              </Table.Th>
              <Table.Td className="break-anywhere">{value}</Table.Td>
            </Table.Tr>
          ))}
      </Table.Tbody>
    </Table>
  );
}

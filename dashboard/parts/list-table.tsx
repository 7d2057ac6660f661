// A list: its columns, its pages, what to say when it is empty. The table itself is a library's.
import 'mantine-datatable/styles.css';
import { Text } from '@mantine/core';
import { DataTable, type DataTableColumn } from 'mantine-datatable';

interface ListTableProps<Row> {
  /** What the rows are, for those who do not see the table. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
  readonly columns: DataTableColumn<Row>[];
  /** What to say, and do, when there is nothing. */
  readonly empty: string;
  readonly isLoading?: boolean;
  /** The page shown, from 1, and how many rows there are in all; left out for a list that is short. */
  readonly paging?:
    | {
        readonly page: number;
        readonly total: number;
        readonly size: number;
        readonly onPage: (page: number) => void;
      }
    | undefined;
}

/** Shows it. */
export function ListTable<Row>({ label, rows, idOf, columns, empty, isLoading = false, paging }: ListTableProps<Row>) {
  const common = {
    'aria-label': label,
    withTableBorder: true,
    borderRadius: 'md',
    verticalSpacing: 'sm',
    highlightOnHover: true,
    minHeight: rows.length === 0 ? 140 : 0,
    records: [...rows],
    columns,
    idAccessor: (row: Row) => idOf(row),
    fetching: isLoading,
    // A table that is wider than its place is scrolled by keys, too.
    scrollAreaProps: { viewportProps: { tabIndex: 0 } },
    // It is always there, unseen behind rows, and would be read out.
    emptyState: rows.length === 0 ? <Text c="dimmed">{empty}</Text> : <span />,
  };
  if (!paging) return <DataTable<Row> {...common} />;
  return (
    <DataTable<Row>
      {...common}
      totalRecords={paging.total}
      recordsPerPage={paging.size}
      page={paging.page}
      onPageChange={paging.onPage}
    />
  );
}

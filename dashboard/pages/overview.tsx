// The first page: what there is, and what to do next.
import { Page } from '../parts/page.tsx';

/** Shows it. */
export default function Overview() {
  return <Page title="Overview">…</Page>;
}

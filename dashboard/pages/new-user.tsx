// A page that is not written yet.
import { Page } from '../parts/page.tsx';

/** Shows it. */
export default function Soon() {
  return <Page title="Users">…</Page>;
}

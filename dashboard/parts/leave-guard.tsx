// Asks before a page with unsaved changes is left. One guard for all forms, because the router knows one at a time.
import { useEffect, useState } from 'react';
import { useBlocker } from 'react-router';
import { confirmDestruction } from './confirm.tsx';

/** The forms that have unsaved changes. */
const unsaved = new Set<object>();

/** Says of a form whether it has unsaved changes; none are held any more when it is gone. */
export function useUnsaved(hasChanges: boolean): void {
  const [form] = useState(() => ({}));
  useEffect(() => {
    if (!hasChanges) return;
    unsaved.add(form);
    return () => {
      unsaved.delete(form);
    };
  }, [form, hasChanges]);
}

/** Asks. Rendered once, around all pages. */
export function LeaveGuard() {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => unsaved.size > 0 && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (blocker.state !== 'blocked') return;
    let mayLeave = false;
    confirmDestruction({
      title: 'Leave without saving?',
      words: 'What you have typed on this page is not saved yet.',
      label: 'Leave',
      onConfirm: () => {
        mayLeave = true;
      },
      onClose: () => (mayLeave ? blocker.proceed() : blocker.reset()),
    });
  }, [blocker]);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (unsaved.size > 0) event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, []);
  return null;
}

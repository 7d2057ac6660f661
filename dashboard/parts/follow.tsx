// Tells what is outside of a form what is typed in it. Rendered inside the form.
import { useEffect } from 'react';

interface FollowProps<Values> {
  readonly values: Values;
  readonly to: (values: Values) => void;
}

/** Shows nothing, and calls `to` with the values whenever they are others. */
export function Follow<Values>({ values, to }: FollowProps<Values>) {
  useEffect(() => to(values), [values, to]);
  return null;
}

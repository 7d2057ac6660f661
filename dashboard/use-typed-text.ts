// The text of a field that follows a value from elsewhere, such as the address, without taking away what is being typed.
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

interface TypedText {
  readonly text: string;
  readonly setText: (text: string) => void;
  /** The value that the field knows of; whoever tells what was typed writes it here. */
  readonly known: RefObject<string>;
}

/** Begins with the value, and takes it over again whenever it becomes another one than the field knows of. */
export function useTypedText(value: string): TypedText {
  const [text, setText] = useState(value);
  const known = useRef(value);
  // Before anybody can type again: an effect that comes later would take their letters away.
  useLayoutEffect(() => {
    if (value === known.current) return;
    known.current = value;
    setText(value);
  }, [value]);
  return { text, setText, known };
}

// A field for code: numbered lines in colours, light or dark. A line that was refused is marked, and the cursor is put there.
import './code-field.css';
import { javascript } from '@codemirror/lang-javascript';
import { Input, useComputedColorScheme } from '@mantine/core';
import CodeMirror, { Decoration, EditorView, type ReactCodeMirrorRef } from '@uiw/react-codemirror';
import { getNonce } from 'get-nonce';
import { type ReactNode, useCallback, useEffect, useMemo, useRef } from 'react';
import { codeColors } from './code-colors.ts';

interface CodeFieldProps {
  /** Of the text itself: an address can lead to it. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly isReadOnly: boolean;
  readonly value?: string;
  readonly onChange?: (text: string) => void;
  /** What is wrong; words that end in `in line 3` mark that line. */
  readonly error?: ReactNode;
}

/** What the editor does by itself: nothing pops up while somebody types. */
const SETUP = {
  autocompletion: false,
  foldGutter: false,
  lintKeymap: false,
  completionKeymap: false,
  tabSize: 2,
  syntaxHighlighting: false,
};
const REFUSED_LINE = Decoration.line({ class: 'code-field-refused' });

/** Shows it. */
export function CodeField({ id, label, description, isReadOnly, value = '', onChange, error }: CodeFieldProps) {
  const scheme = useComputedColorScheme('light');
  const editor = useRef<ReactCodeMirrorRef>(null);
  const isRefused = Boolean(error);
  const refusedLine = Number(/ in line (\d+)/.exec(typeof error === 'string' ? error : '')?.[1] ?? 0);
  const extensions = useMemo(
    () => [
      javascript(),
      codeColors,
      EditorView.darkTheme.of(scheme === 'dark'),
      // The page's policy takes styles from us only with this.
      EditorView.cspNonce.of(getNonce() ?? ''),
      EditorView.contentAttributes.of({
        id,
        'aria-labelledby': `${id}-field-label`,
        'aria-describedby': isRefused ? `${id}-field-error ${id}-field-description` : `${id}-field-description`,
        'aria-invalid': String(isRefused),
        'aria-readonly': String(isReadOnly),
      }),
      EditorView.decorations.of(({ state: { doc } }) =>
        refusedLine > 0 && refusedLine <= doc.lines
          ? Decoration.set(REFUSED_LINE.range(doc.line(refusedLine).from))
          : Decoration.none,
      ),
    ],
    [id, scheme, isRefused, isReadOnly, refusedLine],
  );
  useEffect(() => {
    const view = editor.current?.view;
    if (!isRefused || !view) return;
    const { doc } = view.state;
    if (refusedLine > 0 && refusedLine <= doc.lines) {
      view.dispatch({ selection: { anchor: doc.line(refusedLine).from }, scrollIntoView: true });
    }
    view.focus();
  }, [isRefused, refusedLine]);
  // The editor is set up anew for another function, and forms make one at each turn.
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  const tell = useCallback((text: string) => latest.current?.(text), []);

  return (
    <Input.Wrapper
      id={`${id}-field`}
      label={label}
      labelElement="div"
      description={
        isReadOnly ? description : `${description} Tab indents; press Escape and then Tab to leave the field.`
      }
      error={error}
    >
      <CodeMirror
        ref={editor}
        className="code-field"
        data-refused={isRefused || undefined}
        value={value}
        onChange={tell}
        readOnly={isReadOnly}
        theme="none"
        basicSetup={SETUP}
        extensions={extensions}
        maxHeight="60vh"
      />
    </Input.Wrapper>
  );
}

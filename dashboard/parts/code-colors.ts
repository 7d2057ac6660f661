// The colours of code in a CodeField: which class of code-field.css each piece of JavaScript gets.
import { javascriptLanguage } from '@codemirror/lang-javascript';
import { Decoration, type DecorationSet, type EditorView, RangeSetBuilder, ViewPlugin } from '@uiw/react-codemirror';

/** By the parser's name of a piece; a keyword is called as it is written. */
const KINDS: Readonly<Record<string, Decoration>> = {
  ...named('code-comment', 'LineComment', 'BlockComment'),
  ...named('code-string', 'String', 'TemplateString'),
  ...named('code-pattern', 'RegExp', 'Escape'),
  ...named('code-value', 'Number', 'BooleanLiteral', 'null'),
  ...named('code-property', 'PropertyName', 'PropertyDefinition', 'UnquotedPropertyName'),
  ...named(
    'code-keyword',
    'async',
    'await',
    'break',
    'case',
    'catch',
    'class',
    'const',
    'continue',
    'default',
    'delete',
  ),
  ...named(
    'code-keyword',
    'do',
    'else',
    'extends',
    'finally',
    'for',
    'function',
    'if',
    'in',
    'instanceof',
    'let',
    'new',
  ),
  ...named('code-keyword', 'of', 'return', 'super', 'switch', 'this', 'throw', 'try', 'typeof', 'var', 'void', 'while'),
};

function named(className: string, ...names: readonly string[]): Record<string, Decoration> {
  const decoration = Decoration.mark({ class: className });
  return Object.fromEntries(names.map((name) => [name, decoration]));
}

const parse = (view: EditorView) => javascriptLanguage.parser.parse(view.state.doc.toString());

/** Colours what is in sight. */
export const codeColors = ViewPlugin.define(
  (view) => {
    let tree = parse(view);
    return {
      decorations: colored(view, tree),
      update({ docChanged, viewportChanged, view: changed }) {
        if (docChanged) tree = parse(changed);
        if (docChanged || viewportChanged) this.decorations = colored(changed, tree);
      },
    };
  },
  { decorations: ({ decorations }) => decorations },
);

function colored({ visibleRanges }: EditorView, tree: ReturnType<typeof parse>): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of visibleRanges) {
    tree.iterate({
      ...{ from, to },
      enter(piece) {
        const kind = KINDS[piece.name];
        // A long comment may begin before what is in sight.
        if (kind) builder.add(Math.max(piece.from, from), Math.min(piece.to, to), kind);
      },
    });
  }
  return builder.finish();
}

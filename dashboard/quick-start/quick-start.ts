// The two requests of the password grant as programs in eleven languages, filled in with the values of an application and
// an API. The dashboard shows them, docs/quick-starts.md prints them, and tests run them.
import { csharp } from './csharp.ts';
import { curl } from './curl.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { jquery } from './jquery.ts';
import { node } from './node.ts';
import { objectiveC } from './objective-c.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';
import type { QuickStart } from './snippet.ts';
import { swift } from './swift.ts';

export type { QuickStart, QuickStartValues } from './snippet.ts';

/** Every language, in the order in which they are shown. */
export const quickStarts: readonly QuickStart[] = [
  curl,
  csharp,
  go,
  java,
  jquery,
  node,
  objectiveC,
  php,
  python,
  ruby,
  swift,
];

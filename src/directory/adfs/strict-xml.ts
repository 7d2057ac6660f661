// Reads XML that came from elsewhere, and only the plain kind: elements, attributes and text. Declarations of types and
// entities, comments, CDATA sections and processing instructions have no place in what ADFS sends, and are how others have
// been led to read something else than what was signed.
import { DOMParser, type Element, type Node, onWarningStopParsing } from '@xmldom/xmldom';

/** The text is no XML, or not of the plain kind. */
export class XmlRefused extends Error {
  override readonly name = 'XmlRefused';
}

export type { Element };

const DECLARATION = /^\uFEFF?<\?xml [^?<>]*\?>/;

/** The root element; throws `XmlRefused`. */
export function parsePlainXml(text: string): Element {
  const body = text.replace(DECLARATION, '');
  if (body.includes('<!') || body.includes('<?')) throw new XmlRefused('This XML has more than elements and text.');
  try {
    const root = new DOMParser({ onError: onWarningStopParsing }).parseFromString(body, 'text/xml').documentElement;
    if (root) return root;
  } catch {
    // Security: what the parser says quotes the text, which may hold a token.
  }
  throw new XmlRefused('This text is no XML.');
}

/** The elements inside, however deep, of this name and namespace. */
export function listWithin(element: Element, namespace: string, name: string): readonly Element[] {
  return [...element.getElementsByTagNameNS(namespace, name)];
}

/** The elements directly inside. */
function listChildren(element: Element): readonly Element[] {
  return [...element.childNodes].filter((node: Node): node is Element => node.nodeType === node.ELEMENT_NODE);
}

/** The elements directly inside of this name and namespace. */
export function listNamed(element: Element, namespace: string, name: string): readonly Element[] {
  return listChildren(element).filter((child) => child.localName === name && child.namespaceURI === namespace);
}

/** The only element of this name directly inside; null when there is none, or more than one. */
export function onlyNamed(element: Element | null, namespace: string, name: string): Element | null {
  const found = element === null ? [] : listNamed(element, namespace, name);
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** The text of an element that holds nothing else; null for one that does, and for none. */
export function textOf(element: Element | null): string | null {
  if (element === null || listChildren(element).length > 0) return null;
  return element.textContent ?? '';
}

/** The text as it may stand between tags and in attributes; null when XML has no way to say it. */
export function escapeXml(text: string): string | null {
  // XML 1.0 2.2: other characters have no form in it, not even as a reference.
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text)) return null;
  const named: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return text.replace(/[&<>"'\t\n\r]/g, (one) => named[one] ?? `&#${one.charCodeAt(0)};`);
}

// The frame of the pages that people see: one style, no script, nothing from elsewhere. Called by the endpoints of this folder.
import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { Html, html } from '../lib/html.ts';
import type { Tenant } from '../tenant/tenant.ts';

interface Page {
  readonly title: string;
  /** How people call the place that they are at. */
  readonly place: string;
  readonly body: Html;
  /** Where the browser goes on to by itself; null for nowhere. */
  readonly onward?: string | null;
}

const STYLE = `
:root{color-scheme:light dark;--back:#f3f4f6;--card:#fff;--ink:#111827;--soft:#4b5563;--line:#6b7280;--accent:#1d4ed8;--on-accent:#fff;--bad:#b91c1c;--good:#15803d}
@media (prefers-color-scheme:dark){:root{--back:#0b0f19;--card:#161c2b;--ink:#f3f4f6;--soft:#c3c9d4;--line:#8b95a7;--accent:#8ab4ff;--on-accent:#0b0f19;--bad:#ff9a94;--good:#7fdf9b}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{width:100%;max-width:440px;padding:32px;border-radius:14px;background:var(--card);overflow-wrap:anywhere}
main.wide{max-width:880px}
h1{margin:0 0 8px;font-size:24px;line-height:1.25}
p{margin:0 0 16px}
.place{color:var(--soft);font-size:14px}
label{display:block;margin:16px 0 4px;font-weight:600}
input{width:100%;padding:10px 12px;border:1px solid var(--line);border-radius:8px;background:var(--card);color:var(--ink);font:inherit}
input:user-invalid{border-color:var(--bad)}
button,.button{display:block;width:100%;margin-top:24px;padding:12px 16px;border:0;border-radius:8px;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
a{color:var(--accent)}
.rules{margin:8px 0 0;padding-left:20px;color:var(--soft);font-size:14px}
.rules ul{padding-left:20px}
.missing{color:var(--bad)}
.kept{color:var(--good)}
.error{padding:12px 16px;border:1px solid var(--bad);border-radius:8px;color:var(--bad)}
table{width:100%;border-collapse:collapse}
th,td{padding:8px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
pre{white-space:pre-wrap;font:14px/1.5 ui-monospace,monospace}
`;
// Security: the only style that a browser takes is this very text.
const STYLE_DIGEST = createHash('sha256').update(STYLE).digest('base64');
const POLICY = [
  ...["default-src 'none'", `style-src 'sha256-${STYLE_DIGEST}'`, "form-action 'self'", "base-uri 'none'"],
  "frame-ancestors 'none'",
].join('; ');

/** Sends the page. Security: the address has a ticket in it, which nobody else is told, and nobody frames or keeps the page. */
export function sendPage(reply: FastifyReply, status: number, page: Page): FastifyReply {
  return reply
    .code(status)
    .headers({
      'content-security-policy': POLICY,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'x-robots-tag': 'noindex',
    })
    .type('text/html; charset=utf-8')
    .send(textOf(page));
}

function textOf({ title, place, body, onward = null }: Page): string {
  const refresh = onward === null ? null : html`<meta http-equiv="refresh" content="0;url=${onward}">`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} - ${place}</title>${refresh}<style>${new Html(STYLE)}</style></head>
<body>${body}</body></html>
`.text;
}

/** How people call the place that they are at. */
export function placeOf({ friendlyName, name }: Pick<Tenant, 'friendlyName' | 'name'>): string {
  return friendlyName ?? name;
}

// The quick start for jQuery: a page, which is to come from an origin that the application lists.
import { scriptLiteral } from './literal.ts';
import { type QuickStart, type QuickStartValues, tokenRequest, tokenUrl } from './snippet.ts';

// The digest is that of the package's dist/jquery.min.js, which is what this address serves.
const LIBRARY = `<script src="https://code.jquery.com/jquery-4.0.0.min.js"
  integrity="sha256-OaVG6prZf4v69dPg6PhVattBXkcOWQB62pdZ3ORyrao=" crossorigin="anonymous"></script>`;

function page(script: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<title>Quick start</title>
${LIBRARY}
<pre></pre>
<script type="module">
${script}</script>
`;
}

const SHOW_REFUSAL = `} catch (refused) {
  $("pre").text(\`\${refused.status} \${refused.responseText ?? refused.statusText}\`);
}
`;

function getToken(values: QuickStartValues): string {
  const members = tokenRequest(values).map(([name, value]) => `      ${name}: ${scriptLiteral(value)},`);
  return page(`try {
  const answer = await $.ajax({
    method: "POST",
    url: ${scriptLiteral(tokenUrl(values))},
    contentType: "application/json",
    data: JSON.stringify({
${members.join('\n')}
    }),
  });
  $("pre").text(answer.access_token);
${SHOW_REFUSAL}`);
}

function callApi(values: QuickStartValues): string {
  return page(`const accessToken = "YOUR_ACCESS_TOKEN";

try {
  const answer = await $.ajax({
    url: ${scriptLiteral(values.apiUrl)},
    headers: { authorization: \`Bearer \${accessToken}\` },
    dataType: "text",
  });
  $("pre").text(answer);
${SHOW_REFUSAL}`);
}

/** Shows what the others print, in the page. */
export const jquery: QuickStart = {
  language: 'jquery',
  label: 'jQuery',
  highlight: 'html',
  fileName: 'quick-start.html',
  run: 'python3 -m http.server 4180 # then open http://localhost:4180/quick-start.html; the application must list that origin',
  getToken,
  callApi,
};

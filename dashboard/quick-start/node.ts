// The quick start for Node.js (from 18), with its own fetch.
import { scriptLiteral } from './literal.ts';
import { type QuickStart, type QuickStartValues, tokenRequest, tokenUrl } from './snippet.ts';

const CHECK_ANSWER = `if (!response.ok) {
  console.error(response.status, await response.text());
  process.exit(1);
}`;

function getToken(values: QuickStartValues): string {
  const members = tokenRequest(values).map(([name, value]) => `    ${name}: ${scriptLiteral(value)},`);
  return `const response = await fetch(${scriptLiteral(tokenUrl(values))}, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
${members.join('\n')}
  }),
});
${CHECK_ANSWER}
const { access_token } = await response.json();
console.log(access_token);
`;
}

function callApi(values: QuickStartValues): string {
  return `const response = await fetch(${scriptLiteral(values.apiUrl)}, {
  headers: { authorization: \`Bearer \${process.env.ACCESS_TOKEN}\` },
});
${CHECK_ANSWER}
console.log(await response.text());
`;
}

/** A module, so that it may await at the top. */
export const node: QuickStart = {
  language: 'node',
  label: 'Node.js',
  highlight: 'javascript',
  fileName: 'quick-start.mjs',
  run: 'node quick-start.mjs',
  getToken,
  callApi,
};

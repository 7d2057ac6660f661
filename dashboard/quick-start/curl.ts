// The quick start for curl, in a POSIX shell.
import { jsonLiteral, shellWord } from './literal.ts';
import { type QuickStart, type QuickStartValues, tokenRequest, tokenUrl } from './snippet.ts';

// An error answer is printed too, and ends curl with 22.
const COMMAND = 'curl --silent --show-error --fail-with-body';

function getToken(values: QuickStartValues): string {
  const members = tokenRequest(values).map(([name, value]) => `  "${name}": ${jsonLiteral(value)}`);
  return `${COMMAND} \\
  --url ${shellWord(tokenUrl(values))} \\
  --header 'content-type: application/json' \\
  --data ${shellWord(`{\n${members.join(',\n')}\n}`)}
`;
}

function callApi(values: QuickStartValues): string {
  return `${COMMAND} \\
  --url ${shellWord(values.apiUrl)} \\
  --header "authorization: Bearer $ACCESS_TOKEN"
`;
}

/** Prints the whole answer: a shell reads no JSON. */
export const curl: QuickStart = {
  language: 'curl',
  label: 'cURL',
  highlight: 'bash',
  fileName: 'quick-start.sh',
  run: 'sh quick-start.sh',
  getToken,
  callApi,
};

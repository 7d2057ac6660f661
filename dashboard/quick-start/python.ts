// The quick start for Python 3, with its standard library.
import { codePointLiteral } from './literal.ts';
import { type QuickStart, type QuickStartValues, tokenRequest, tokenUrl } from './snippet.ts';

const REFUSED = `except HTTPError as refused:
    sys.exit(f"{refused.code} {refused.read().decode()}")`;

function getToken(values: QuickStartValues): string {
  const members = tokenRequest(values).map(([name, value]) => `        "${name}": ${codePointLiteral(value)},`);
  return `import json
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

request = Request(
    ${codePointLiteral(tokenUrl(values))},
    headers={"content-type": "application/json"},
    data=json.dumps({
${members.join('\n')}
    }).encode(),
)
try:
    with urlopen(request) as response:
        print(json.load(response)["access_token"])
${REFUSED}
`;
}

function callApi(values: QuickStartValues): string {
  return `import os
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

request = Request(
    ${codePointLiteral(values.apiUrl)},
    headers={"authorization": f"Bearer {os.environ['ACCESS_TOKEN']}"},
)
try:
    with urlopen(request) as response:
        print(response.read().decode())
${REFUSED}
`;
}

/** Needs no package. */
export const python: QuickStart = {
  language: 'python',
  label: 'Python',
  highlight: 'python',
  fileName: 'quick-start.py',
  run: 'python3 quick-start.py',
  getToken,
  callApi,
};

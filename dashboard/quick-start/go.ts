// The quick start for Go, with its standard library, formatted as gofmt would.
import { codePointLiteral } from './literal.ts';
import { type QuickStart, type QuickStartValues, tokenRequest, tokenUrl } from './snippet.ts';

const READ_ANSWER = `	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", response.Status, answer)
	}`;

function program(imports: readonly string[], name: string, body: string): string {
  return `package main

import (
${imports.map((path) => `\t"${path}"`).join('\n')}
)

func main() {
	if err := ${name}(); err != nil {
		log.Fatal(err)
	}
}

func ${name}() error {
${body}
	return nil
}
`;
}

function getToken(values: QuickStartValues): string {
  const request = tokenRequest(values);
  const width = Math.max(...request.map(([name]) => name.length)) + 3;
  const fields = request.map(([name, value]) => `\t\t${`"${name}":`.padEnd(width)} {${codePointLiteral(value)}},`);
  const body = `	response, err := http.PostForm(${codePointLiteral(tokenUrl(values))}, url.Values{
${fields.join('\n')}
	})
	if err != nil {
		return err
	}
${READ_ANSWER}
	var token struct {
		AccessToken string \`json:"access_token"\`
	}
	if err := json.Unmarshal(answer, &token); err != nil {
		return err
	}
	fmt.Println(token.AccessToken)`;
  return program(['encoding/json', 'fmt', 'io', 'log', 'net/http', 'net/url'], 'getToken', body);
}

function callApi(values: QuickStartValues): string {
  const body = `	request, err := http.NewRequest(http.MethodGet, ${codePointLiteral(values.apiUrl)}, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("ACCESS_TOKEN"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
${READ_ANSWER}
	fmt.Println(string(answer))`;
  return program(['fmt', 'io', 'log', 'net/http', 'os'], 'callAPI', body);
}

/** Sends a form, for which Go has a function. */
export const go: QuickStart = {
  language: 'go',
  label: 'Go',
  highlight: 'go',
  fileName: 'quick-start.go',
  run: 'go run quick-start.go',
  getToken,
  callApi,
};

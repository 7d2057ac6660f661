// The quick start for C#: HttpClient and System.Text.Json, as a program of one file (.NET 10) or the Program.cs of a project.
import { jsonLiteral } from './literal.ts';
import { type QuickStart, type QuickStartValues, tokenRequest, tokenUrl } from './snippet.ts';

const READ_ANSWER = `var answer = await response.Content.ReadAsStringAsync();
if (!response.IsSuccessStatusCode)
{
    Console.Error.WriteLine($"{(int)response.StatusCode} {answer}");
    return 1;
}`;

function getToken(values: QuickStartValues): string {
  const fields = tokenRequest(values).map(([name, value]) => `    ["${name}"] = ${jsonLiteral(value)},`);
  return `using System.Text.Json;

using var client = new HttpClient();
using var form = new FormUrlEncodedContent(new Dictionary<string, string>
{
${fields.join('\n')}
});
using var response = await client.PostAsync(${jsonLiteral(tokenUrl(values))}, form);
${READ_ANSWER}
using var token = JsonDocument.Parse(answer);
Console.WriteLine(token.RootElement.GetProperty("access_token").GetString());
return 0;
`;
}

function callApi(values: QuickStartValues): string {
  return `using System.Net.Http.Headers;

using var client = new HttpClient();
client.DefaultRequestHeaders.Authorization =
    new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("ACCESS_TOKEN"));
using var response = await client.GetAsync(${jsonLiteral(values.apiUrl)});
${READ_ANSWER}
Console.WriteLine(answer);
return 0;
`;
}

/** Sends a form: JSON of a dictionary is not to be had in a program of one file, which is made ready for compiling ahead. */
export const csharp: QuickStart = {
  language: 'csharp',
  label: 'C#',
  highlight: 'csharp',
  fileName: 'quick-start.cs',
  run: 'dotnet run quick-start.cs',
  getToken,
  callApi,
};

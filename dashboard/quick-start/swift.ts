// The quick start for Swift (from 5.7): URLSession with async and await, as a script.
import { swiftLiteral } from './literal.ts';
import { type QuickStart, type QuickStartValues, tokenRequest, tokenUrl } from './snippet.ts';

const IMPORTS = `import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif`;

const SEND = `let (data, response) = try await URLSession.shared.data(for: request)
let status = (response as? HTTPURLResponse)?.statusCode ?? 0
guard status == 200 else {
  FileHandle.standardError.write(Data("\\(status) \\(String(decoding: data, as: UTF8.self))\\n".utf8))
  exit(1)
}`;

function getToken(values: QuickStartValues): string {
  const members = tokenRequest(values).map(([name, value]) => `  "${name}": ${swiftLiteral(value)},`);
  return `${IMPORTS}

struct Token: Decodable {
  let access_token: String
}

var request = URLRequest(url: URL(string: ${swiftLiteral(tokenUrl(values))})!)
request.httpMethod = "POST"
request.setValue("application/json", forHTTPHeaderField: "Content-Type")
request.httpBody = try JSONEncoder().encode([
${members.join('\n')}
])
${SEND}
print(try JSONDecoder().decode(Token.self, from: data).access_token)
`;
}

function callApi(values: QuickStartValues): string {
  return `${IMPORTS}

let accessToken = "YOUR_ACCESS_TOKEN"

var request = URLRequest(url: URL(string: ${swiftLiteral(values.apiUrl)})!)
request.setValue("Bearer \\(accessToken)", forHTTPHeaderField: "Authorization")
${SEND}
print(String(decoding: data, as: UTF8.self))
`;
}

/** Fits into an app as it is, within an asynchronous function. */
export const swift: QuickStart = {
  language: 'swift',
  label: 'Swift',
  highlight: 'swift',
  fileName: 'quick-start.swift',
  run: 'swift quick-start.swift',
  getToken,
  callApi,
};

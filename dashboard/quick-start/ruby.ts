// The quick start for Ruby (from 3.0), with its standard library.
import { rubyLiteral } from './literal.ts';
import { type QuickStart, type QuickStartValues, tokenRequest, tokenUrl } from './snippet.ts';

const CHECK_ANSWER = 'abort "#{response.code} #{response.body}" unless response.is_a?(Net::HTTPSuccess)';

function getToken(values: QuickStartValues): string {
  const members = tokenRequest(values).map(([name, value]) => `  "${name}" => ${rubyLiteral(value)},`);
  return `require "json"
require "net/http"

url = URI(${rubyLiteral(tokenUrl(values))})
login = {
${members.join('\n')}
}
response = Net::HTTP.post(url, JSON.generate(login), "content-type" => "application/json")
${CHECK_ANSWER}
puts JSON.parse(response.body)["access_token"]
`;
}

function callApi(values: QuickStartValues): string {
  return `require "net/http"

url = URI(${rubyLiteral(values.apiUrl)})
response = Net::HTTP.get_response(url, "authorization" => "Bearer #{ENV["ACCESS_TOKEN"]}")
${CHECK_ANSWER}
puts response.body
`;
}

/** Needs no gem. */
export const ruby: QuickStart = {
  language: 'ruby',
  label: 'Ruby',
  highlight: 'ruby',
  fileName: 'quick-start.rb',
  run: 'ruby quick-start.rb',
  getToken,
  callApi,
};

// The quick start for Java (from 11), with the JDK's own HTTP client.
import { javaLiteral } from './literal.ts';
import { type QuickStart, type QuickStartValues, tokenRequest, tokenUrl } from './snippet.ts';

const SEND = `    var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      System.err.println(response.statusCode() + " " + response.body());
      System.exit(1);
    }`;

function getToken(values: QuickStartValues): string {
  const fields = tokenRequest(values).map(([name, value]) => `        "${name}", ${javaLiteral(value)}`);
  return `import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Collectors;

public class QuickStart {
  public static void main(String[] args) throws Exception {
    var fields = Map.of(
${fields.join(',\n')});
    var form = fields.entrySet().stream()
        .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
    var request = HttpRequest.newBuilder(URI.create(${javaLiteral(tokenUrl(values))}))
        .header("content-type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(form))
        .build();
${SEND}
    // The JDK reads no JSON: take access_token out of the answer with the library that you use.
    System.out.println(response.body());
  }
}
`;
}

function callApi(values: QuickStartValues): string {
  return `import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

public class QuickStart {
  public static void main(String[] args) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(${javaLiteral(values.apiUrl)}))
        .header("authorization", "Bearer " + System.getenv("ACCESS_TOKEN"))
        .build();
${SEND}
    System.out.println(response.body());
  }
}
`;
}

/** Sends a form and prints the whole answer: the JDK neither writes nor reads JSON. */
export const java: QuickStart = {
  language: 'java',
  label: 'Java',
  highlight: 'java',
  fileName: 'QuickStart.java',
  run: 'java QuickStart.java',
  getToken,
  callApi,
};

// The quick start for PHP (from 8.0), with its curl extension.
import { phpLiteral } from './literal.ts';
import { type QuickStart, type QuickStartValues, tokenRequest, tokenUrl } from './snippet.ts';

const SEND = `$answer = curl_exec($curl);
if ($answer === false) {
    fwrite(STDERR, curl_error($curl) . "\\n");
    exit(1);
}
$status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
if ($status !== 200) {
    fwrite(STDERR, "$status $answer\\n");
    exit(1);
}`;

function getToken(values: QuickStartValues): string {
  const members = tokenRequest(values).map(([name, value]) => `        "${name}" => ${phpLiteral(value)},`);
  return `<?php

declare(strict_types=1);

$curl = curl_init(${phpLiteral(tokenUrl(values))});
curl_setopt_array($curl, [
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_HTTPHEADER => ["content-type: application/json"],
    CURLOPT_POSTFIELDS => json_encode([
${members.join('\n')}
    ], JSON_THROW_ON_ERROR),
]);
${SEND}
echo json_decode($answer, flags: JSON_THROW_ON_ERROR)->access_token, "\\n";
`;
}

function callApi(values: QuickStartValues): string {
  return `<?php

declare(strict_types=1);

$curl = curl_init(${phpLiteral(values.apiUrl)});
curl_setopt_array($curl, [
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_HTTPHEADER => ["authorization: Bearer " . getenv("ACCESS_TOKEN")],
]);
${SEND}
echo $answer, "\\n";
`;
}

/** Needs the curl extension, which most installations have. */
export const php: QuickStart = {
  language: 'php',
  label: 'PHP',
  highlight: 'php',
  fileName: 'quick-start.php',
  run: 'php quick-start.php',
  getToken,
  callApi,
};

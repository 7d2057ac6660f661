// Reads a multipart form that is in memory already. Called by endpoints that take files.
import busboy from 'busboy';
import { apiRefusals } from '../error/api-error.ts';

/** The parts of a form. */
interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, Buffer>;
}

const LONGEST_FIELD = 4096;
const MOST_PARTS = 20;

/** Resolves to the parts; rejects with `ApiError` for a form that is malformed, or has parts beside those that are known. */
export function readMultipart(
  { bytes, contentType }: { readonly bytes: Buffer; readonly contentType: string },
  fileNames: readonly string[],
  known: readonly string[],
): Promise<Form> {
  if (!/^multipart\/form-data *;/i.test(contentType)) throw apiRefusals.unsupportedMediaType();
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    const files = new Map<string, Buffer>();
    const refuse = (words: string) => reject(apiRefusals.invalidBody(words));
    const parser = createParser(contentType);
    parser.on('field', (name, value, { valueTruncated }) => {
      if (!known.includes(name) || fileNames.includes(name)) refuse("'Additional properties not allowed'.");
      else if (fields.has(name) || valueTruncated)
        refuse(`'The value is too long, or given twice' on property ${name}.`);
      else fields.set(name, value);
    });
    parser.on('file', (name, stream) => {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        if (!fileNames.includes(name) || files.has(name)) refuse("'Additional files are not allowed'.");
        else files.set(name, Buffer.concat(pieces));
      });
    });
    parser.on('error', () => refuse("'The form is malformed'."));
    parser.on('close', () => resolve({ fields, files }));
    parser.end(bytes);
  });
}

/** Throws `ApiError` for a media type that names no boundary. */
function createParser(contentType: string): busboy.Busboy {
  try {
    return busboy({
      headers: { 'content-type': contentType },
      limits: { fieldSize: LONGEST_FIELD, parts: MOST_PARTS },
    });
  } catch {
    throw apiRefusals.invalidBody("'The form is malformed'.");
  }
}

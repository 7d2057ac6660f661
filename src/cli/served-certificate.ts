// The certificate that `serve` shows: read from its files, and read again when they change, as whatever renews it writes
// them. A pair that does not fit together is never shown.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { ConfigurationError } from '../config/load-config.ts';
import type { Certificate } from '../http/listener.ts';
import type { Logger } from '../lib/logger.ts';

interface Files {
  readonly certFile: string;
  readonly keyFile: string;
}

// Watching by asking works for links that are switched over and for folders of another machine too.
const LOOK_EVERY_MS = 2000;

/** Reads both files; throws a plain error when they cannot be read, do not fit together, or the certificate is over. */
export function readCertificate({ certFile, keyFile }: Files, now: number): Certificate {
  const [cert, key] = [readText('tls_cert', certFile), readText('tls_key', keyFile)];
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
  } catch (error) {
    throw new ConfigurationError(`tls_cert: ${certFile} holds no certificate in PEM form.`, { cause: error });
  }
  let fits: boolean;
  try {
    fits = certificate.checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    throw new ConfigurationError(`tls_key: ${keyFile} holds no private key in PEM form without a passphrase.`, {
      cause: error,
    });
  }
  if (!fits) throw new ConfigurationError(`tls_key: ${keyFile} is not the key of the certificate ${certFile}.`);
  if (Date.parse(certificate.validTo) <= now) {
    throw new ConfigurationError(`tls_cert: ${certFile} was valid until ${certificate.validTo}. Renew it.`);
  }
  return { cert, key };
}

function readText(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`${option}: ${file} cannot be read.`, { cause: error });
  }
}

/**
 * Calls back with every new pair that can be used, from the one after `shown` on, which was read a while ago; of one that
 * cannot it says why, and the old one stays.
 */
export function watchCertificate(
  files: Files,
  shown: Certificate,
  logger: Logger,
  now: () => number,
  renew: (certificate: Certificate) => void,
): { stop(): void } {
  const look = () => {
    try {
      renew(readCertificate(files, now()));
      logger.info({ file: files.certFile }, 'certificate read again');
    } catch (error) {
      logger.warn({ err: error, file: files.certFile }, 'certificate cannot be used; the old one stays');
    }
  };
  const paths = [files.certFile, files.keyFile];
  for (const path of paths) watchFile(path, { interval: LOOK_EVERY_MS, persistent: false }, look);
  // The watch compares with what it finds at its first look: of what was changed before that it says nothing.
  const early = setTimeout(() => {
    if (!isStill(shown, files)) look();
  }, LOOK_EVERY_MS).unref();
  return {
    stop: () => {
      clearTimeout(early);
      for (const path of paths) unwatchFile(path, look);
    },
  };
}

/** True while the files hold this pair. */
function isStill({ cert, key }: Certificate, { certFile, keyFile }: Files): boolean {
  try {
    return readFileSync(certFile, 'utf8') === cert && readFileSync(keyFile, 'utf8') === key;
  } catch {
    return false;
  }
}

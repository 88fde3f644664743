import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { Fault } from '../domain/fault.ts';

/**
 * Believes certificates that an authority of one's own has signed (TLS_CA_FILE), beside those that Node believes: for every
 * connection of this process, to mail servers, the database, Redis and a sign-in provider.
 * @throws Fault settings-invalid where the file is no certificate
 */
export function trustAuthority(file: string | undefined): void {
  if (file === undefined) return;
  const own = readCertificates(file);
  // Node 22.19 and 24.5 have it; the Node that the project brings for some machines is older.
  if (typeof tls.setDefaultCACertificates !== 'function')
    throw new Fault(
      'settings-invalid',
      'TLS_CA_FILE needs Node 24.5 or newer; set NODE_EXTRA_CA_CERTS to the same file instead',
    );
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ...own]);
}

function readCertificates(file: string): string[] {
  try {
    const found = readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    for (const certificate of found) new X509Certificate(certificate);
    if (found.length > 0) return found;
  } catch {
    // Said below.
  }
  throw new Fault('settings-invalid', `TLS_CA_FILE ${file} cannot be read as certificates in PEM form`);
}

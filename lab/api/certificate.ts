import * as fs from 'fs';
import * as path from 'path';
import { run } from '../network/command';

/** A key and a certificate in PEM. The certificate is its own authority. */
export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

/** Creates the certificate of the server at `address`. Needs openssl. */
export async function certificateFor(address: string, folder: string): Promise<Certificate> {
  const [key, certificate] = ['api.key', 'api.crt'].map((name) => path.join(folder, name));
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'],
    ...['-subj', '/CN=kubernetes', '-addext', `subjectAltName=IP:${address}`, '-keyout', key, '-out', certificate],
  ]);
  return { key: fs.readFileSync(key, 'utf8'), certificate: fs.readFileSync(certificate, 'utf8') };
}

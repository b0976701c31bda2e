import { spawnSync, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Without it tests of TLS are skipped, except where CI=true. */
export const hasOpenssl = spawnSync('openssl', ['version']).status === 0 || process.env.CI === 'true';
if (!hasOpenssl) process.stderr.write('\nSKIPPED: no openssl on the PATH, so TLS is not tested.\n');

/** Files in PEM form. */
export interface Certificates {
  /** An authority that nobody trusts by itself. */
  readonly ca: string;
  /** Of that authority, for the hosts. */
  readonly certificate: string;
  readonly key: string;
  /** What a server of Node is made with. */
  options(): { readonly cert: Buffer; readonly key: Buffer };
  remove(): void;
}

export function makeCertificates(hosts: readonly string[]): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'outdial-tls-'));
  const at = (name: string) => join(folder, name);
  const make = (...args: string[]) => {
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...kind, ...args], { stdio: 'pipe' });
  };
  const [caKey, ca, key, certificate] = [at('ca.key'), at('ca.pem'), at('server.key'), at('server.pem')];
  make('-keyout', caKey, '-out', ca, '-subj', '/CN=an authority of the tests');
  const names = hosts.map((host) => `DNS:${host}`).join();
  const issued = ['-CA', ca, '-CAkey', caKey, '-addext', `subjectAltName=${names}`];
  make('-keyout', key, '-out', certificate, '-subj', `/CN=${hosts[0] ?? ''}`, ...issued);
  return {
    ca,
    certificate,
    key,
    options: () => ({ cert: readFileSync(certificate), key: readFileSync(key) }),
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}

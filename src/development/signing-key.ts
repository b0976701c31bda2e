import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** The development key of `folder`, made at the first use and kept, so that a token in a browser outlives a restart. */
export async function loadSigningKey(folder: string): Promise<SigningKey> {
  const path = join(folder, 'signing-key.json');
  const kept = await readKey(path);
  if (kept) return signingKeyFrom(kept);
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const made = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'ES256', use: 'sig' };
  await keepPrivately(path, JSON.stringify(made), 'keep');
  // Another process may have been first.
  return signingKeyFrom((await readKey(path)) ?? made);
}

/** Writes a file that only its owner may read, in a folder of the same kind; `keep` leaves an earlier file as it is. */
export async function keepPrivately(path: string, content: string, existing: 'keep' | 'replace'): Promise<void> {
  const folder = join(path, '..');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, content, { mode: 0o600, flag: 'wx' });
  if (existing === 'replace') {
    await rename(unfinished, path);
    return;
  }
  await link(unfinished, path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  await rm(unfinished);
}

async function readKey(path: string): Promise<JWK | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as JWK;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${path} cannot be read; remove it and a new key will be made.`, { cause: error });
  }
}

async function signingKeyFrom(jwk: JWK): Promise<SigningKey> {
  const { kty, crv, x, y, kid = '', alg, use } = jwk;
  const privateKey = (await importJWK(jwk, 'ES256')) as CryptoKey;
  return { kid, privateKey, publicJwk: { kty, crv, x, y, kid, alg, use } };
}

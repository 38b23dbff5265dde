/** Files that only their owner may read: made once, kept, never half written. */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generateKeyPairSync } from "node:crypto";
import { randomSecret } from "./secret-text.js";

const OWNER_ONLY = 0o600;
const OWNER_FOLDER = 0o700;

/** Writes a file with mode 0600 in one step: a crash leaves the old one or the new one. */
export function writeSecretFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  writeFileSync(partial, text, { mode: OWNER_ONLY });
  chmodSync(partial, OWNER_ONLY);
  renameSync(partial, path);
}

export interface ServerSecrets {
  /** Ed25519 key of access tokens, PEM. */
  readonly accessTokenPrivatePem: string;
  /** Key that a refresh token's successor is derived with. */
  readonly refreshTokenKey: string;
}

/** Reads the server's keys from `<data-dir>/secrets`, or makes them where they are absent. */
export function loadServerSecrets(dataDir: string): ServerSecrets {
  const folder = join(dataDir, "secrets");
  mkdirSync(folder, { recursive: true, mode: OWNER_FOLDER });
  chmodSync(folder, OWNER_FOLDER);
  return {
    accessTokenPrivatePem: readOrMake(join(folder, "access-token-ed25519.pem"), () =>
      generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    ),
    refreshTokenKey: readOrMake(join(folder, "refresh-token.key"), randomSecret),
  };
}

function readOrMake(path: string, make: () => string): string {
  if (!existsSync(path)) writeSecretFile(path, make());
  return readFileSync(path, "utf8");
}

/** Random secrets and their fingerprints. Only fingerprints are kept; a secret of 256 random bits needs no slow hash. */
import { createHash, randomBytes, randomInt } from "node:crypto";

const SECRET_BYTES = 32;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** 256 random bits as 43 characters of base64url. */
export const randomSecret = (): string => randomBytes(SECRET_BYTES).toString("base64url");

/** Letters and digits, each equally likely: 6 bits a character, nearly. */
export const randomWord = (length: number): string =>
  Array.from({ length }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join("");

/** SHA-256 of a text, hex. */
export const fingerprint = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

/**
 * Access tokens: JWTs of five minutes, signed with Ed25519, read by this server alone.
 *
 * One algorithm, one issuer, one audience, one type; key addresses in a token's header are never followed. A token says who
 * (sub), which session (sid) and which epoch of the user; whether those still hold is asked of the session store.
 */
import { createHash, createPrivateKey, createPublicKey, randomUUID } from "node:crypto";
import { fastifyJwt } from "@fastify/jwt";
import type { FastifyInstance } from "fastify";

export const ACCESS_TOKEN_TTL_S = 300;
const CLOCK_SKEW_MS = 30_000;
const ISSUER = "jware";
const AUDIENCE = "jware-api";
const TOKEN_TYPE = "at+jwt";
const TOKEN_CHARACTERS_MAX = 2048;
/** Tokens whose signature need not be looked at again: that takes longer than all else of a request. They end as others do. */
const VERIFIED_MAX = 10_000;

export interface AccessClaims {
  readonly userId: number;
  readonly sessionId: string;
  readonly epoch: number;
}

export class AccessTokens {
  readonly #app: FastifyInstance;

  private constructor(app: FastifyInstance) {
    this.#app = app;
  }

  /** Registers the signer with the app. */
  static async register(app: FastifyInstance, privatePem: string): Promise<AccessTokens> {
    const publicPem = createPublicKey(createPrivateKey(privatePem)).export({ type: "spki", format: "pem" }).toString();
    const kid = createHash("sha256").update(publicPem).digest("base64url").slice(0, 16);
    await app.register(fastifyJwt, {
      secret: { private: privatePem, public: publicPem },
      sign: {
        algorithm: "EdDSA",
        iss: ISSUER,
        aud: AUDIENCE,
        expiresIn: ACCESS_TOKEN_TTL_S,
        kid,
        header: { typ: TOKEN_TYPE, alg: "EdDSA" },
      },
      verify: {
        algorithms: ["EdDSA"],
        allowedIss: ISSUER,
        allowedAud: AUDIENCE,
        checkTyp: TOKEN_TYPE,
        clockTolerance: CLOCK_SKEW_MS,
        cache: VERIFIED_MAX,
        requiredClaims: ["sub", "sid", "jti", "epoch", "exp"],
      },
    });
    return new AccessTokens(app);
  }

  sign(claims: AccessClaims): string {
    const { userId, sessionId, epoch } = claims;
    return this.#app.jwt.sign({ sub: String(userId), sid: sessionId, jti: randomUUID(), epoch });
  }

  /** The claims of a token that is whole, ours and in time; undefined for anything else. */
  verify(token: string): AccessClaims | undefined {
    if (token.length > TOKEN_CHARACTERS_MAX) return undefined;
    try {
      const { sub, sid, epoch } = this.#app.jwt.verify<Record<string, unknown>>(token);
      const userId = Number(sub);
      if (!Number.isSafeInteger(userId) || typeof sid !== "string" || typeof epoch !== "number") return undefined;
      return { userId, sessionId: sid, epoch };
    } catch {
      return undefined;
    }
  }
}

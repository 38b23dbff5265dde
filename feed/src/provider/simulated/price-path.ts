/**
 * The fair price of a made-up market: a random walk that is pulled to a slower one, with volatility that comes in clusters.
 *
 * Log volatility is mean-reverting (time constant 50 s) with rare bursts, so that calm and busy spells last minutes and big
 * moves follow big moves. The price is in ticks and not whole; it never falls below a tenth of where it started.
 */
import type { Random } from "./random.js";

export interface PathProfile {
  /** Standard deviation of the relative change over one second in a calm market. */
  readonly volPerRootS: number;
}

const VOL_REVERSION_PER_S = 0.02;
const VOL_OF_LOG_VOL = 0.13;
const BURSTS_PER_S = 1 / 400;
const BURST_LOG_VOL = 1.1;
const LOG_VOL_MAX = 2.2;
const ANCHOR_SHARE = 0.6;
const ANCHOR_PULL_PER_S = 0.004;
const STEP_S_MAX = 15;

export class PricePath {
  readonly #random: Random;
  readonly #profile: PathProfile;
  readonly #floorTicks: number;
  #fair: number;
  #anchor: number;
  #logVol = 0;

  constructor(random: Random, profile: PathProfile, startTicks: number) {
    this.#random = random;
    this.#profile = profile;
    this.#fair = startTicks;
    this.#anchor = startTicks;
    this.#floorTicks = startTicks / 10;
  }

  get fairTicks(): number {
    return this.#fair;
  }

  /** How busy the market is; 1 = calm. */
  get activity(): number {
    return Math.exp(this.#logVol);
  }

  advance(elapsedS: number): void {
    const random = this.#random;
    const dt = Math.min(elapsedS, STEP_S_MAX);
    const root = Math.sqrt(dt);
    this.#logVol += -VOL_REVERSION_PER_S * this.#logVol * dt + VOL_OF_LOG_VOL * root * random.normal();
    if (random.next() < BURSTS_PER_S * dt) this.#logVol += BURST_LOG_VOL;
    this.#logVol = Math.max(-LOG_VOL_MAX, Math.min(LOG_VOL_MAX, this.#logVol));
    const sigma = this.#fair * this.#profile.volPerRootS * root;
    this.#anchor = Math.max(this.#floorTicks, this.#anchor + ANCHOR_SHARE * sigma * random.normal());
    const pull = (this.#anchor - this.#fair) * ANCHOR_PULL_PER_S * dt;
    this.#fair = Math.max(this.#floorTicks, this.#fair + pull + sigma * this.activity * random.normal());
  }
}

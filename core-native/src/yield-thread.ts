import { native } from "./native.js";

/**
 * Lets every other thread go before the calling one, from now on and for good: it runs where nobody else wants its processor. For
 * work that may wait, such as history. Linux; elsewhere nothing is changed.
 */
export const yieldThread = (): void => native.yieldThread();

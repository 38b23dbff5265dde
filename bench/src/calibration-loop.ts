/** A fixed piece of work, timed again and again: what is slower than its fastest round, something else took. Prints milliseconds. */
const ROUNDS = 60;
const WARM_UP = 10;
const STEPS = 2_000_000;

let state = 0x9e3779b9;

function work(): number {
  const startedMs = performance.now();
  for (let step = 0; step < STEPS; step++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return performance.now() - startedMs;
}

const times = Array.from({ length: ROUNDS + WARM_UP }, work).slice(WARM_UP);
process.stdout.write(`${JSON.stringify({ times, state })}\n`);

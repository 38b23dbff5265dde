import { expect, it } from "vitest";
import { foldedStacks } from "./folded.js";

const SCRIPT = `node 25574  4743.554714:    2004008 cpu-clock:ppp:
	             84c __vdso_gettimeofday+0x3c ([vdso])
	          c494db v8::internal::(anonymous namespace)::Invoke+0x12b (/usr/bin/node)
	    7f0b867c5a10 JS:*onFrame file:///srv/engine/dist/edge/order-path.js:40:10+0x5c (/tmp/perf-25574.map)

node 25574  4743.556714:    2004008 cpu-clock:ppp:
	             84c __vdso_gettimeofday+0x99 ([vdso])
	          c494db v8::internal::(anonymous namespace)::Invoke+0x12b (/usr/bin/node)
	    7f0b867c5a10 JS:*onFrame file:///srv/engine/dist/edge/order-path.js:40:10+0x60 (/tmp/perf-25574.map)

node 25574  4743.558714:    2004008 cpu-clock:ppp:
	    7f0b867c5a10 [unknown] (/usr/lib/libc.so.6)

`;

it("counts samples by their stack, the outermost call first", () => {
  expect(foldedStacks(SCRIPT, "/srv")).toEqual([
    {
      frames: [
        "onFrame engine/dist/edge/order-path.js:40:10",
        "v8::internal::(anonymous namespace)::Invoke",
        "__vdso_gettimeofday",
      ],
      count: 2,
    },
    { frames: ["[libc.so.6]"], count: 1 },
  ]);
  expect(foldedStacks("", "/srv")).toEqual([]);
});

/** Whether the platform is ready, and what each of its parts says. */
import { Type } from "../json-shape.js";
import { oneOf } from "./values.js";

export const Health = Type.Object({
  status: oneOf(["ready", "not ready"]),
  components: Type.Array(
    Type.Object({
      component: Type.String(),
      state: oneOf(["up", "degraded", "down"]),
      detail: Type.String(),
      figures: Type.Optional(
        Type.Record(Type.String(), Type.Number(), { description: "The same as in /metrics, where this part has any" }),
      ),
    }),
  ),
});

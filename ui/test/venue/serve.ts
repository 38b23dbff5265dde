/** `npx tsx ui/test/venue/serve.ts [port]`: the scripted venue over the built page, to look at and to draw against. */
import { join } from "node:path";
import { PASSWORD, ScriptedVenue } from "./scripted-venue.js";

const venue = new ScriptedVenue({ uiDir: join(import.meta.dirname, "../../dist"), ratePerS: Number(process.env.RATE ?? 120) });
const address = await venue.start(Number(process.argv[2] ?? 5180));
console.log(`${address}/#ticket=once-only  or trader / ${PASSWORD}`);

/** Latency traces in memory mode; a process has one core, and that one mode. */
import { testLatencyTraces } from "./test/latency-trace.js";

testLatencyTraces("memory");

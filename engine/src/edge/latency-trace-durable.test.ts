/** Latency traces in durable mode; a process has one core, and that one mode. */
import { testLatencyTraces } from "./test/latency-trace.js";

testLatencyTraces("durable");

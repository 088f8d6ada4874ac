import type { Failures } from "./failures.ts";
import type { Scenario } from "./scenario.ts";

const hour = 3600;

/** A failure every so many hours. */
function every(hours: number, kind: Failures["kind"] = "exponential"): Failures {
  return { kind, meanTimeBetween: hours * hour };
}

const laptop = { stall: 0.05, lag: 1, restart: 60, step: 0.5, work: 8 * hour };
const instance = { stall: 0.2, lag: 5, restart: 60, step: 0.5, work: 24 * hour };
const cluster = { stall: 6.3, lag: 148.8, restart: 600, step: 5, work: 168 * hour };

/** From a laptop to 16,384 workers. Where the numbers come from is told in `docs/goodput.md`. */
export const scenarios: readonly Scenario[] = [
  { name: "laptop", ...laptop, failures: every(24) },
  { name: "spot instance", ...instance, failures: every(4) },
  { name: "spot instance, large state", ...instance, stall: 2, lag: 20, failures: every(4) },
  { name: "spot instance, saves in the loop", ...instance, stall: 30, lag: 30, failures: every(4) },
  { name: "spot instance, scarce", ...instance, restart: 30, failures: every(0.5) },
  { name: "spot instance, in bursts", ...instance, failures: every(2, "burst") },
  { name: "1,024 workers", ...cluster, restart: 300, failures: every(7.9) },
  { name: "16,384 workers", ...cluster, failures: every(1.8) },
  { name: "16,384 workers, in clusters", ...cluster, failures: every(1.8, "weibull") },
  { name: "16,384 workers, save in the loop", ...cluster, stall: 148.8, failures: every(1.8) },
  { name: "16,384 workers, as Llama 3", ...cluster, failures: every((54 * 24) / 419) },
];

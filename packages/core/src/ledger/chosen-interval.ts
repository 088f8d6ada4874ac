import type { Report } from "../event.ts";
import type { SaveCosts, SavePolicy } from "../policy/save-policy.ts";

/** What is measured jitters: an interval that is no more than a quarter longer or shorter is the same choice. */
const sameChoice = 1.25;

/** Tells of each choice that a policy makes of how often to save, and of its reasons, once. */
export class ChosenInterval {
  #reported: number = Number.NaN;

  tell(policy: SavePolicy, costs: SaveCosts, report: Report): void {
    const seconds = policy.interval?.(costs);
    if (seconds === undefined) return;
    const change = Math.max(seconds / this.#reported, this.#reported / seconds);
    if (change <= sameChoice) return;
    this.#reported = seconds;
    report({ type: "saveInterval", seconds, message: policy.explain?.(costs) ?? policy.name });
  }
}

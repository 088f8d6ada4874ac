import { expected, RepriseError, show } from "../errors.ts";
import type { StateDict } from "../snapshot/training-state.ts";
import type { Callback, TrainingControl } from "./callback.ts";
import type { Logs } from "../position/logs.ts";
import { copyState, restoreCopy } from "./state-copy.ts";

/** When {@link EarlyStopping} stops. Names and meanings are those of Keras. */
export interface EarlyStoppingOptions {
  /**
   * What to look at, such as `loss` or `val_accuracy`.
   * @default "val_loss"
   */
  readonly monitor?: string;
  /**
   * Changes smaller than this are no improvement.
   * @default 0
   */
  readonly minDelta?: number;
  /**
   * Epochs without improvement after which training is complete.
   * @default 0
   */
  readonly patience?: number;
  /**
   * Whether less or more is better.
   * @default "auto": "max" for names that contain "acc" or "auc", else "min"
   */
  readonly mode?: "auto" | "min" | "max";
  /** Only a value better than this counts as an improvement that resets the patience. */
  readonly baseline?: number;
  /** Names of the state entries to bring back to their best epoch when training is complete. */
  readonly restoreBestWeights?: readonly string[];
  /**
   * The first epoch that is looked at.
   * @default 0
   */
  readonly startFromEpoch?: number;
  /** @default derived from `monitor` and `mode` */
  readonly key?: string;
}

/**
 * Completes the training when a monitored value has stopped improving. Its patience and its best
 * state survive interruptions. Fails the run when the value is not logged.
 */
export class EarlyStopping implements Callback {
  readonly key: string;
  /** The best value so far; infinite before the first epoch. */
  best: number;
  /** Epochs since the last improvement. */
  wait = 0;
  /** The epoch of the best value; -1 before the first. */
  bestEpoch = -1;
  /** The epoch in which training was completed because of this; -1 before. */
  stoppedEpoch = -1;
  readonly #monitor: string;
  readonly #minDelta: number;
  readonly #patience: number;
  readonly #sign: 1 | -1;
  readonly #baseline: number | undefined;
  readonly #restore: readonly string[];
  readonly #startFromEpoch: number;
  #bestState: StateDict | undefined;

  constructor(options: EarlyStoppingOptions = {}) {
    const { monitor = "val_loss", mode = "auto", restoreBestWeights = [] } = options;
    requireValid(options);
    const direction = mode === "auto" ? (/acc|auc/i.test(monitor) ? "max" : "min") : mode;
    this.key = options.key ?? `early-stopping:${monitor}:${direction}`;
    this.#monitor = monitor;
    this.#sign = direction === "max" ? -1 : 1;
    this.#minDelta = Math.abs(options.minDelta ?? 0);
    this.#patience = options.patience ?? 0;
    this.#baseline = options.baseline;
    this.#restore = restoreBestWeights;
    this.#startFromEpoch = options.startFromEpoch ?? 0;
    this.best = this.#sign * Infinity;
  }

  async onTrainBegin(_start: unknown, training: TrainingControl): Promise<void> {
    this.wait = 0;
    this.bestEpoch = -1;
    this.stoppedEpoch = -1;
    this.best = this.#sign * Infinity;
    this.#bestState = undefined;
    // A name that the state lacks must not come to light after days.
    if (this.#restore.length > 0) await copyState(training.state, this.#restore);
  }

  async onEpochEnd(epoch: number, logs: Logs, training: TrainingControl): Promise<void> {
    if (epoch < this.#startFromEpoch) return;
    const value = this.#valueIn(logs);
    this.wait++;
    if (this.#isBetter(value, this.best)) {
      this.best = value;
      this.bestEpoch = epoch;
      if (this.#restore.length > 0)
        this.#bestState = await copyState(training.state, this.#restore);
      if (this.#baseline === undefined || this.#isBetter(value, this.#baseline)) this.wait = 0;
      return;
    }
    if (this.wait < this.#patience || epoch === 0) return;
    this.stoppedEpoch = epoch;
    training.complete(
      `EarlyStopping: ${this.#monitor} has not improved for ${this.wait} epochs (best ${this.best} in epoch ${this.bestEpoch})`,
    );
  }

  async onTrainEnd(_logs: Logs, training: TrainingControl): Promise<void> {
    if (this.#bestState) await restoreCopy(training.state, this.#bestState);
  }

  stateDict(): StateDict {
    const { best, wait, bestEpoch, stoppedEpoch } = this;
    return { best, wait, bestEpoch, stoppedEpoch, bestState: this.#bestState };
  }

  loadStateDict(dict: StateDict): void {
    this.best = dict["best"] as number;
    this.wait = dict["wait"] as number;
    this.bestEpoch = dict["bestEpoch"] as number;
    this.stoppedEpoch = dict["stoppedEpoch"] as number;
    this.#bestState = dict["bestState"] as StateDict | undefined;
  }

  #isBetter(value: number, reference: number): boolean {
    return this.#sign * (reference - value) > this.#minDelta;
  }

  #valueIn(logs: Logs): number {
    const value = logs[this.#monitor];
    if (value !== undefined) return value;
    throw new RepriseError(
      "INVALID_ARGUMENT",
      `EarlyStopping monitors ${show(this.#monitor)}, which was not logged. Logged: ` +
        `${Object.keys(logs).join(", ") || "nothing"}. Log it, or monitor one of these.`,
    );
  }
}

function requireValid(options: EarlyStoppingOptions): void {
  for (const [name, [expectation, isValid]] of Object.entries(rules)) {
    const value = options[name as keyof EarlyStoppingOptions];
    if (value !== undefined && !isValid(value))
      throw expected(`${name} of EarlyStopping`, expectation, value);
  }
}

type Rule = readonly [expectation: string, isValid: (value: unknown) => boolean];

const epochs: Rule = [
  "a number of epochs",
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
];
const finite: Rule = ["a finite number", Number.isFinite];

const rules: Readonly<Record<string, Rule>> = {
  monitor: ["a name", (value) => typeof value === "string"],
  mode: ['"auto", "min" or "max"', (value) => ["auto", "min", "max"].includes(value as string)],
  patience: epochs,
  startFromEpoch: epochs,
  minDelta: finite,
  baseline: finite,
  restoreBestWeights: ['names of state entries, such as ["weights"]', Array.isArray],
};

import type { Callback, StateDict, StateValue, Tensor as SavedTensor } from "@reprise/core";
import { add, div, keep, mul, type Scalar, tidy } from "@tensorflow/tfjs-core";
import { withPins } from "../states/pin.ts";
import type { LogsInFlight, UnresolvedLogs } from "./logs.ts";
import { tensorOf } from "../states/saved-tensor.ts";

/**
 * Means over the epoch of what its batches logged, with the operations of tfjs's own `BaseLogger` in
 * their order, so that they come to the same bits; unlike it, this one can be saved in mid-epoch.
 * Stands first among the callbacks.
 */
export class Meter implements Callback {
  readonly key: string = "tfjs:means";
  readonly #logs: LogsInFlight;
  /** The names whose means are logged. */
  #names: readonly string[] = [];
  #seen = 0;
  #totals: UnresolvedLogs = {};

  constructor(logs: LogsInFlight) {
    this.#logs = logs;
  }

  /** Says whose means are to be logged; to be called before training begins. */
  measure(names: readonly string[]): void {
    this.#names = names;
  }

  onEpochBegin(): void {
    this.dispose();
    this.#seen = 0;
  }

  onBatchEnd(): void {
    const logs = this.#logs.batch;
    const { size } = logs;
    const samples = typeof size === "number" ? size : 0;
    this.#seen += samples;
    for (const name in logs) {
      const value = logs[name] ?? 0;
      const total = this.#totals[name] ?? 0;
      if (typeof value === "number") {
        this.#totals[name] = (total as number) + value * samples;
      } else {
        this.#totals[name] = tidy(() => add(total, mul(value, samples)));
        if (typeof total === "object") total.dispose();
      }
    }
  }

  onEpochEnd(): void {
    for (const name of this.#names) {
      const total = this.#totals[name];
      if (total === undefined) continue;
      this.#logs.epoch[name] =
        typeof total === "number"
          ? total / this.#seen
          : tidy(() => keep(mul(div(1, this.#seen), total)));
    }
    this.dispose();
  }

  /** Gives back the totals of an epoch that has ended, or was left. */
  dispose(): void {
    for (const total of Object.values(this.#totals)) if (typeof total === "object") total.dispose();
    this.#totals = {};
  }

  stateDict(): StateDict {
    return { seen: this.#seen, totals: savedLogs(this.#totals) };
  }

  loadStateDict(dict: StateDict): void {
    this.dispose();
    this.#seen = dict["seen"] as number;
    this.#totals = loadedLogs(dict["totals"]);
  }
}

/** Logs as state: their scalars pinned. */
export function savedLogs(logs: UnresolvedLogs): StateDict {
  return withPins((pin) => {
    const saved: Record<string, StateValue> = {};
    for (const [name, value] of Object.entries(logs)) {
      saved[name] = typeof value === "number" ? value : pin(value, name, true);
    }
    return saved;
  });
}

/** Logs from their state. The scalars are the caller's to dispose. */
export function loadedLogs(saved: StateValue | undefined): UnresolvedLogs {
  const logs: UnresolvedLogs = {};
  for (const [name, value] of Object.entries(saved as Record<string, number | SavedTensor>)) {
    logs[name] = typeof value === "number" ? value : (tensorOf(value) as Scalar);
  }
  return logs;
}

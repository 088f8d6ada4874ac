import type { StateDict } from "../snapshot/training-state.ts";
import type { Callback } from "./callback.ts";
import type { Logs } from "../position/logs.ts";

/**
 * Records what every epoch logged: `history.epoch` is `[0, 1, …]`, `history.history.loss` one number
 * an epoch. After a resume it holds all epochs, those before the interruption included.
 */
export class History implements Callback {
  readonly key: string;
  /** The epochs recorded, counted from 0. */
  epoch: number[] = [];
  /** For every name that was logged, its value in each epoch, as recorded. */
  history: Record<string, number[]> = {};

  constructor({ key = "history" }: { readonly key?: string } = {}) {
    this.key = key;
  }

  onTrainBegin(): void {
    this.epoch = [];
    this.history = {};
  }

  onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) (this.history[name] ??= []).push(value);
  }

  stateDict(): StateDict {
    return { epoch: this.epoch, history: this.history };
  }

  loadStateDict(dict: StateDict): void {
    this.epoch = dict["epoch"] as number[];
    this.history = { ...(dict["history"] as Record<string, number[]>) };
  }
}

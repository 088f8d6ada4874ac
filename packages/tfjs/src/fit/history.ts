import type { Callback, Logs, StateDict } from "@reprise/core";
import type { History } from "@tensorflow/tfjs-layers";
import { type LogsInFlight, resolveLogs } from "./logs.ts";

/**
 * Records the logs of each epoch in the history that tfjs returns, those of earlier lives included.
 * Stands last among the callbacks. Unlike tfjs it turns them into numbers at once: a checkpoint of the
 * hundredth epoch holds no hundred scalars.
 */
export class HistoryRecorder implements Callback {
  readonly key: string = "tfjs:history";
  readonly #history: History;
  readonly #logs: LogsInFlight;

  constructor(history: History, logs: LogsInFlight) {
    this.#history = history;
    this.#logs = logs;
  }

  async onTrainBegin(): Promise<void> {
    await this.#history.onTrainBegin();
  }

  /** `last` is what the callbacks of Reprise are told when training ends. */
  async onEpochEnd(epoch: number, last: Logs): Promise<void> {
    const logs = await resolveLogs(this.#logs.epoch);
    await this.#history.onEpochEnd(epoch, logs);
    Object.assign(last, logs);
    this.#logs.epoch = {};
  }

  stateDict(): StateDict {
    const { epoch, history } = this.#history;
    return { epoch, history: history as Record<string, number[]> };
  }

  loadStateDict(dict: StateDict): void {
    this.#history.epoch = dict["epoch"] as number[];
    this.#history.history = { ...(dict["history"] as Record<string, number[]>) };
  }
}

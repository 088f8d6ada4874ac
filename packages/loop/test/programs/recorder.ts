import type { Callback, Logs, StateDict } from "@reprise/loop";
import type { Visit } from "./toy.ts";

/**
 * Writes down every hook that is called, and keeps that in the checkpoint: after whatever
 * interruptions it holds what a run without any would have been told.
 */
export class Recorder implements Callback {
  readonly key = "recorder";
  lines: string[] = [];
  readonly #visit: Visit;

  constructor(visit: Visit = () => {}) {
    this.#visit = visit;
  }

  onTrainBegin(): unknown {
    return this.#note("onTrainBegin");
  }

  onEpochBegin(epoch: number): unknown {
    return this.#note(`onEpochBegin ${epoch}`);
  }

  onBatchBegin(batch: number): unknown {
    return this.#note(`onBatchBegin ${batch}`);
  }

  onBatchEnd(batch: number, logs: Logs): unknown {
    return this.#note(`onBatchEnd ${batch}`, logs);
  }

  onEpochEnd(epoch: number, logs: Logs): unknown {
    return this.#note(`onEpochEnd ${epoch}`, logs);
  }

  onTrainEnd(logs: Logs): unknown {
    return this.#note("onTrainEnd", logs);
  }

  stateDict(): StateDict {
    return { lines: this.lines };
  }

  loadStateDict(dict: StateDict): void {
    this.lines = dict["lines"] as string[];
  }

  #note(hook: string, logs?: Logs): unknown {
    this.lines.push(logs ? `${hook} ${JSON.stringify(logs)}` : hook);
    return this.#visit(hook);
  }
}

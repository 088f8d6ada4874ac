import { RepriseError, show } from "../errors.ts";
import type { StateDict } from "../snapshot/training-state.ts";
import type { Callback, Logs, TrainingControl, TrainingStart } from "./callback.ts";
import type { TrainingEnd } from "./end.ts";
import { isThenable } from "./thenable.ts";

type Hook<Name extends keyof Callback> = Callback & Required<Pick<Callback, Name>>;

/**
 * Calls the hooks of all callbacks in the order of the list. A hook of the hot path returns a
 * promise only if one of the callbacks did.
 */
export class CallbackList {
  readonly #training: TrainingControl;
  readonly #all: readonly Callback[];
  readonly #stateful: ReadonlyMap<string, Hook<"stateDict" | "loadStateDict">>;
  readonly #batchBegin: readonly Hook<"onBatchBegin">[];
  readonly #batchEnd: readonly Hook<"onBatchEnd">[];

  constructor(callbacks: readonly Callback[], training: TrainingControl) {
    for (const callback of callbacks) requireCallback(callback);
    requireKeys(callbacks);
    this.#training = training;
    this.#all = callbacks;
    this.#stateful = new Map(callbacks.filter(isStateful).map((it) => [it.key ?? "", it]));
    this.#batchBegin = callbacks.filter(has("onBatchBegin"));
    this.#batchEnd = callbacks.filter(has("onBatchEnd"));
  }

  /** The callbacks whose state is saved, by key. */
  get stateful(): ReadonlyMap<string, Hook<"stateDict" | "loadStateDict">> {
    return this.#stateful;
  }

  stateDicts(): Record<string, StateDict> {
    const dicts: Record<string, StateDict> = {};
    for (const [key, callback] of this.#stateful) dicts[key] = callback.stateDict();
    return dicts;
  }

  async trainBegin(start: TrainingStart): Promise<void> {
    for (const callback of this.#all) await callback.onTrainBegin?.(start, this.#training);
  }

  async epochBegin(epoch: number): Promise<void> {
    for (const callback of this.#all) await callback.onEpochBegin?.(epoch, {}, this.#training);
  }

  batchBegin(batch: number): Promise<void> | undefined {
    const hooks = this.#batchBegin;
    for (let index = 0; index < hooks.length; index++) {
      const result = hooks[index]?.onBatchBegin(batch, {}, this.#training);
      if (isThenable(result)) {
        const rest = async (): Promise<void> => {
          await result;
          for (const callback of hooks.slice(index + 1)) {
            await callback.onBatchBegin(batch, {}, this.#training);
          }
        };
        return rest();
      }
    }
    return undefined;
  }

  batchEnd(batch: number, logs: Logs): Promise<void> | undefined {
    const hooks = this.#batchEnd;
    for (let index = 0; index < hooks.length; index++) {
      const result = hooks[index]?.onBatchEnd(batch, logs, this.#training);
      if (isThenable(result)) {
        const rest = async (): Promise<void> => {
          await result;
          for (const callback of hooks.slice(index + 1)) {
            await callback.onBatchEnd(batch, logs, this.#training);
          }
        };
        return rest();
      }
    }
    return undefined;
  }

  async epochEnd(epoch: number, logs: Logs): Promise<void> {
    for (const callback of this.#all) await callback.onEpochEnd?.(epoch, logs, this.#training);
  }

  async trainEnd(logs: Logs): Promise<void> {
    for (const callback of this.#all) await callback.onTrainEnd?.(logs, this.#training);
  }

  /** Calls all of them even if one fails, since each may have something to put away. */
  async trainInterrupted(end: TrainingEnd): Promise<void> {
    const failures: unknown[] = [];
    for (const callback of this.#all) {
      try {
        await callback.onTrainInterrupted?.(end, this.#training);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

function has<Name extends keyof Callback>(name: Name) {
  return (callback: Callback): callback is Hook<Name> => typeof callback[name] === "function";
}

function isStateful(callback: Callback): callback is Hook<"stateDict" | "loadStateDict"> {
  return typeof callback.stateDict === "function" && typeof callback.loadStateDict === "function";
}

function requireCallback(callback: unknown): void {
  if (typeof callback === "object" && callback !== null) return;
  throw new RepriseError(
    "INVALID_ARGUMENT",
    `Expected every callback to be an object with hooks such as onEpochEnd, found ${show(callback)}.`,
  );
}

function requireKeys(callbacks: readonly Callback[]): void {
  const seen = new Set<string>();
  for (const callback of callbacks.filter(isStateful)) {
    const { key } = callback;
    if (typeof key !== "string" || key === "") {
      throw new RepriseError(
        "INVALID_CALLBACK_KEY",
        `Expected ${show(callback)}, a callback with stateDict, to have a key that names its state in ` +
          `the checkpoint, found ${show(key)}. Give it one that stays the same: key = "my-callback". ` +
          `(Class names change when a program is minified.)`,
      );
    }
    if (seen.has(key)) {
      throw new RepriseError(
        "INVALID_CALLBACK_KEY",
        `Expected every callback to have a key of its own, found ${show(key)} twice. Give one of them ` +
          `another key, for example through its options: { key: "${key}-2" }.`,
      );
    }
    seen.add(key);
  }
}

import { expected, RepriseError, show } from "../errors.ts";
import type { StateDict } from "../snapshot/training-state.ts";
import type { Callback, Logs, TrainingControl, TrainingStart } from "./callback.ts";
import type { TrainingEnd } from "./end.ts";
import { isThenable } from "./thenable.ts";

type Hook = Exclude<keyof Callback, "key" | "stateDict" | "loadStateDict">;
type BatchHook = "onBatchBegin" | "onBatchEnd";
type With<Name extends keyof Callback> = Callback & Required<Pick<Callback, Name>>;

/**
 * Calls the hooks of all callbacks in the order of the list. A hook of the hot path returns a
 * promise only if one of the callbacks did.
 */
export class CallbackList {
  /** The callbacks whose state is saved, by key. */
  readonly stateful: ReadonlyMap<string, With<"stateDict" | "loadStateDict">>;
  readonly #training: TrainingControl;
  readonly #all: readonly Callback[];
  readonly #batchBegin: readonly With<"onBatchBegin">[];
  readonly #batchEnd: readonly With<"onBatchEnd">[];

  constructor(callbacks: readonly Callback[], training: TrainingControl) {
    for (const callback of callbacks) {
      if (Object(callback) !== callback) throw expected("a callback", "an object", callback);
    }
    this.stateful = byKey(callbacks.filter(has("stateDict", "loadStateDict")));
    this.#training = training;
    this.#all = callbacks;
    this.#batchBegin = callbacks.filter(has("onBatchBegin"));
    this.#batchEnd = callbacks.filter(has("onBatchEnd"));
  }

  stateDicts(): Record<string, StateDict> {
    const dicts: Record<string, StateDict> = {};
    for (const [key, callback] of this.stateful) dicts[key] = callback.stateDict();
    return dicts;
  }

  trainBegin(start: TrainingStart): Promise<void> {
    return this.#call("onTrainBegin", start);
  }

  epochBegin(epoch: number): Promise<void> {
    return this.#call("onEpochBegin", epoch, {});
  }

  batchBegin(batch: number): Promise<void> | undefined {
    return this.#callBatch(this.#batchBegin, "onBatchBegin", batch, {}, 0);
  }

  batchEnd(batch: number, logs: Logs): Promise<void> | undefined {
    return this.#callBatch(this.#batchEnd, "onBatchEnd", batch, logs, 0);
  }

  epochEnd(epoch: number, logs: Logs): Promise<void> {
    return this.#call("onEpochEnd", epoch, logs);
  }

  trainEnd(logs: Logs): Promise<void> {
    return this.#call("onTrainEnd", logs);
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

  async #call(hook: Hook, ...args: unknown[]): Promise<void> {
    for (const callback of this.#all) {
      const call = callback[hook] as ((...all: unknown[]) => unknown) | undefined;
      await call?.call(callback, ...args, this.#training);
    }
  }

  #callBatch<Name extends BatchHook>(
    callbacks: readonly With<Name>[],
    hook: Name,
    batch: number,
    logs: Logs,
    from: number,
  ): Promise<void> | undefined {
    for (let index = from; index < callbacks.length; index++) {
      const result = callbacks[index]?.[hook]?.(batch, logs, this.#training);
      if (isThenable(result)) {
        return Promise.resolve(result).then(() =>
          this.#callBatch(callbacks, hook, batch, logs, index + 1),
        );
      }
    }
    return undefined;
  }
}

function has<Name extends keyof Callback>(...names: readonly Name[]) {
  return (callback: Callback): callback is With<Name> =>
    names.every((name) => typeof callback[name] === "function");
}

function byKey<T extends Callback>(callbacks: readonly T[]): Map<string, T> {
  const known = new Map<string, T>();
  for (const callback of callbacks) {
    const { key } = callback;
    if (typeof key !== "string" || key === "" || known.has(key)) {
      throw new RepriseError(
        "INVALID_CALLBACK_KEY",
        `Expected every callback with state to have a key of its own, found ${show(key)}` +
          `${known.has(key as string) ? " twice" : ` for ${show(callback)}`}. It names the state in the checkpoint ` +
          `and must stay the same: key = "my-callback", or the option key of a built-in one.`,
      );
    }
    known.set(key, callback);
  }
  return known;
}

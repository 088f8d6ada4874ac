import { expected, RepriseError, show } from "../errors.ts";
import type { Callback, TrainingControl } from "./callback.ts";
import type { Logs } from "../position/logs.ts";
import type { TrainingEnd } from "./end.ts";
import { isThenable } from "../thenable.ts";

type Hook = "onTrainBegin" | "onEpochBegin" | "onEpochEnd" | "onTrainEnd";
type ArgumentsOf<Name extends Hook> = Required<Callback>[Name] extends (
  ...args: [...infer Args, TrainingControl]
) => unknown
  ? Args
  : never;
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
  readonly #hooked: { readonly [Name in BatchHook]: readonly With<Name>[] };

  constructor(callbacks: readonly Callback[], training: TrainingControl) {
    for (const callback of callbacks) {
      if (Object(callback) !== callback) throw expected("a callback", "an object", callback);
    }
    this.stateful = byKey(callbacks.filter(has("stateDict", "loadStateDict")));
    this.#training = training;
    this.#all = callbacks;
    this.#hooked = {
      onBatchBegin: callbacks.filter(has("onBatchBegin")),
      onBatchEnd: callbacks.filter(has("onBatchEnd")),
    };
  }

  /** Calls a hook of all callbacks, one after the other. */
  async call<Name extends Hook>(hook: Name, ...args: ArgumentsOf<Name>): Promise<void> {
    for (const callback of this.#all) {
      const call = callback[hook] as ((...all: unknown[]) => unknown) | undefined;
      await call?.call(callback, ...args, this.#training);
    }
  }

  /** The same for a hook of the hot path, from the callback at `first` on. */
  callBatch(hook: BatchHook, batch: number, logs: Logs, first = 0): Promise<void> | undefined {
    const callbacks = this.#hooked[hook];
    for (let index = first; index < callbacks.length; index++) {
      const result = callbacks[index]?.[hook]?.(batch, logs, this.#training);
      if (isThenable(result))
        return Promise.resolve(result).then(() => this.callBatch(hook, batch, logs, index + 1));
    }
    return undefined;
  }

  /** Calls all of them even if one fails, since each may have something to put away. */
  async trainInterrupted(end: TrainingEnd): Promise<void> {
    let failure: { readonly error: unknown } | undefined;
    for (const callback of this.#all) {
      try {
        await callback.onTrainInterrupted?.(end, this.#training);
      } catch (error) {
        failure ??= { error };
      }
    }
    if (failure) throw failure.error;
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
          `${known.has(key as string) ? " twice" : ` for ${show(callback)}`}. It names that ` +
          `state in the checkpoint, such as key = "my-callback".`,
      );
    }
    known.set(key, callback);
  }
  return known;
}

import { type Callback, RepriseError, show } from "@reprise/core";
import {
  type Callback as ClassCallback,
  CustomCallback,
  type CustomCallbackArgs,
  type LayersModel,
  type ModelFitArgs,
} from "@tensorflow/tfjs-layers";
import { type LogsInFlight, resolveLogs } from "./logs.ts";
import { PrivateState } from "./private-state.ts";

/**
 * What takes part in training: an object with hooks as `model.fit` takes it, an instance of
 * `tf.Callback` such as `tf.callbacks.earlyStopping()`, or a callback of Reprise such as
 * `new BackupAndRestore(store)`.
 */
export type FitCallback = CustomCallbackArgs | TfjsCallback | Callback;

/** What tfjs tells its callbacks about the training. */
export type FitParams = Parameters<CustomCallback["setParams"]>[0];

/** The hooks of a `tf.Callback`. */
export type TfjsCallback = Omit<ClassCallback, "model" | "params" | "validationData">;

/** What the callbacks of one training share. */
export interface CallbackContext {
  readonly logs: LogsInFlight;
  readonly yieldEvery: ModelFitArgs["yieldEvery"];
  /** Those that tfjs adds to every training; they come first. */
  readonly registered: readonly TfjsCallback[];
  /** Told, once each, what a callback has changed although it cannot be saved. */
  readonly reportUnsaved: (path: string) => void;
}

/**
 * The callbacks of a user as one list for `Training`, in their order: tfjs knows two shapes and takes
 * no mix of them.
 */
export class FitCallbacks {
  readonly list: readonly Callback[];
  readonly #tfjs: TfjsCallback[] = [];
  readonly #context: CallbackContext;
  readonly #keys: Map<string, number> = new Map();

  /** Throws `INVALID_ARGUMENT` for what is no callback. */
  constructor(
    callbacks: FitCallback | readonly FitCallback[] | null | undefined,
    context: CallbackContext,
  ) {
    this.#context = context;
    const all: readonly unknown[] = Array.isArray(callbacks) ? callbacks : [callbacks ?? {}];
    const list = all.map((callback, index) => this.#toCallback(callback, index));
    const registered = context.registered.map((callback) => this.#fromNextEpochOn(callback));
    // tfjs yields to the page in its callbacks for objects, of which it makes one when there are none.
    if (this.#tfjs.length === registered.length)
      list.push(this.#wrap(new CustomCallback({}, context.yieldEvery)));
    this.list = [...registered, ...list];
  }

  /** Gives the callbacks of tfjs what it gives them before training begins. */
  attach(model: LayersModel, params: FitParams): void {
    for (const callback of this.#tfjs) callback.setParams(params);
    for (const callback of this.#tfjs) callback.setModel(model);
  }

  /** Tells callbacks that count on `onEpochBegin` about an epoch that an earlier life has begun. */
  resumeIn(epoch: number): void {
    for (const callback of this.#tfjs) {
      if (callback instanceof CustomCallback) Object.assign(callback, { currentEpoch: epoch });
    }
  }

  #toCallback(callback: unknown, index: number): Callback {
    if (typeof callback !== "object" || callback === null || Array.isArray(callback)) {
      throw new RepriseError(
        "INVALID_ARGUMENT",
        `Expected callbacks[${index}] to be an object with hooks, a tf.Callback or a callback of Reprise, found ` +
          `${show(callback)}.`,
      );
    }
    if (isClassCallback(callback)) return this.#withState(callback, index);
    if (isObjectForTfjs(callback)) return this.#withHooks(callback);
    return this.#withNumbers(callback);
  }

  /** tfjs would turn the logs into numbers for these hooks, and wait for ever where the GPU has lost them. */
  #withHooks(callback: CustomCallbackArgs): Callback {
    const { logs, yieldEvery } = this.#context;
    const wrapped = this.#wrap(new CustomCallback(callback, yieldEvery));
    return {
      ...wrapped,
      onBatchEnd: async (...args) => {
        if (callback.onBatchEnd) await resolveLogs(logs.batch);
        await wrapped.onBatchEnd?.(...args);
      },
      onEpochEnd: async (...args) => {
        if (callback.onEpochEnd) await resolveLogs(logs.epoch);
        await wrapped.onEpochEnd?.(...args);
      },
    };
  }

  #wrap(callback: TfjsCallback): Callback {
    const { logs } = this.#context;
    this.#tfjs.push(callback);
    return {
      onTrainBegin: async () => callback.onTrainBegin({}),
      onEpochBegin: async (epoch, own) => callback.onEpochBegin(epoch, own),
      onBatchBegin: async (batch) => callback.onBatchBegin(batch, logs.batch),
      onBatchEnd: async (batch) => callback.onBatchEnd(batch, logs.batch),
      onEpochEnd: async (epoch) => callback.onEpochEnd(epoch, logs.epoch),
      onTrainEnd: async () => callback.onTrainEnd({}),
    };
  }

  /**
   * What tfjs adds by itself only shows how training goes, and counts on every epoch from its begin
   * on: of one that an earlier life has begun it is not told.
   */
  #fromNextEpochOn(callback: TfjsCallback): Callback {
    const wrapped = this.#wrap(callback);
    let isIn = false;
    return {
      ...wrapped,
      onEpochBegin: (...args) => {
        isIn = true;
        return wrapped.onEpochBegin?.(...args);
      },
      onBatchBegin: (...args) => (isIn ? wrapped.onBatchBegin?.(...args) : undefined),
      onBatchEnd: (...args) => (isIn ? wrapped.onBatchEnd?.(...args) : undefined),
      onEpochEnd: (...args) => (isIn ? wrapped.onEpochEnd?.(...args) : undefined),
    };
  }

  #withState(callback: TfjsCallback & Partial<Callback>, index: number): Callback {
    const wrapped = this.#wrap(callback);
    if (isStateful(callback)) {
      return {
        ...wrapped,
        key: this.#keyOf(callback.key ?? "tf.Callback"),
        stateDict: () => callback.stateDict(),
        loadStateDict: (dict) => callback.loadStateDict(dict),
      };
    }
    const state = new PrivateState(callback, (field) => {
      this.#context.reportUnsaved(`callbacks[${index}].${field}`);
    });
    return {
      ...wrapped,
      key: this.#keyOf(callback.key ?? `tf.Callback(${state.names})`),
      async onTrainBegin() {
        await callback.onTrainBegin({});
        state.begin();
      },
      stateDict: () => state.save(),
      loadStateDict: (dict) => state.load(dict),
    };
  }

  /** A callback of Reprise is told numbers. */
  #withNumbers(callback: Callback): Callback {
    if (!callback.onBatchEnd && !callback.onEpochEnd) return callback;
    const { logs } = this.#context;
    const wrapped: { -readonly [Name in keyof Callback]: Callback[Name] } = {
      onTrainBegin: (...args) => callback.onTrainBegin?.(...args),
      onEpochBegin: (...args) => callback.onEpochBegin?.(...args),
      onTrainEnd: (...args) => callback.onTrainEnd?.(...args),
      onTrainInterrupted: (...args) => callback.onTrainInterrupted?.(...args),
      onEpochEnd: async (epoch, _, training) =>
        callback.onEpochEnd?.(epoch, await resolveLogs(logs.epoch), training),
    };
    if (callback.key !== undefined) wrapped.key = callback.key;
    if (callback.onBatchBegin) wrapped.onBatchBegin = (...args) => callback.onBatchBegin?.(...args);
    if (callback.onBatchEnd)
      wrapped.onBatchEnd = async (batch, _, training) =>
        callback.onBatchEnd?.(batch, await resolveLogs(logs.batch), training);
    if (isStateful(callback)) {
      wrapped.stateDict = () => callback.stateDict();
      wrapped.loadStateDict = (dict) => callback.loadStateDict(dict);
    }
    return wrapped;
  }

  /** Two callbacks that are alike are told apart by their order. */
  #keyOf(name: string): string {
    const count = (this.#keys.get(name) ?? 0) + 1;
    this.#keys.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  }
}

function isClassCallback(callback: object): callback is TfjsCallback & Partial<Callback> {
  const { setParams, setModel } = callback as Partial<TfjsCallback>;
  return typeof setParams === "function" && typeof setModel === "function";
}

function isStateful<T extends Partial<Callback>>(
  callback: T,
): callback is T & Required<Pick<Callback, "stateDict" | "loadStateDict">> {
  return callback.stateDict !== undefined && callback.loadStateDict !== undefined;
}

/** A plain object is one of tfjs's unless it has what only a callback of Reprise has. */
function isObjectForTfjs(callback: object): callback is CustomCallbackArgs {
  const prototype: unknown = Object.getPrototypeOf(callback);
  if (prototype !== null && prototype !== Object.prototype) return false;
  return !["key", "stateDict", "loadStateDict", "onTrainInterrupted"].some((it) => it in callback);
}

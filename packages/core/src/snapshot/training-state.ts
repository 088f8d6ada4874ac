import type { DType } from "./array-types.ts";

/** Any typed array. `Float16Array`, where the runtime has it, is one as well. */
export type TypedArray =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray;

/**
 * A typed array together with its shape: recognised by having exactly these three keys.
 * `BF16` lives in a `Uint16Array`, `F16` in one or in a `Float16Array`, `BOOL` in a `Uint8Array`.
 */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/**
 * A tensor whose bytes are fetched in the background, such as one on a GPU. What it stands for must
 * not change from the moment `stateDict()` returned it. It comes back as a {@link Tensor}.
 */
export interface TensorReference {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /**
   * Whether it is not meant to change from save to save, such as a frozen weight: then it is not reported
   * that it does not.
   * @default false
   */
  readonly frozen?: boolean;
  /** The bytes, which stay unchanged until `release`. Called at most once. */
  read(): Promise<TypedArray>;
  /**
   * The bytes where they are in this process's memory, to be copied before anything else runs: cheaper
   * than a `read()` that makes a copy of its own.
   */
  peek?(): Uint8Array | undefined;
  /** Called exactly once, whether or not it was read. */
  release(): void;
}

/** What a key of a `Map` or a member of a `Set` in the state may be. */
export type StatePrimitive = number | string | boolean | bigint | null | undefined;

/** Anything that can be saved and brought back exactly. */
export type StateValue =
  | StatePrimitive
  | TypedArray
  | Tensor
  | TensorReference
  | Date
  | TrainingState
  | ReassignedState<never>
  | readonly StateValue[]
  | ReadonlyMap<StatePrimitive, StateValue>
  | ReadonlySet<StatePrimitive>
  | { readonly [key: string]: StateValue };

/** The state of one object as plain data. As loaded from a file it is a null-prototype record. */
export interface StateDict {
  readonly [key: string]: StateValue;
}

/** Something that can give its whole state and take it back. Recognised by its two methods. */
export interface TrainingState {
  /**
   * The state at this instant. Synchronous, since training goes on as soon as it returned; the
   * arrays in it are copied before that.
   */
  stateDict(): StateDict;
  /** Takes a state that `stateDict` gave, in this process or in an earlier one. The arrays are its own. */
  loadStateDict(dict: StateDict): void | Promise<void>;
}

/**
 * State that is replaced instead of changed, such as `params = update(params)`: a plain object with
 * exactly the two functions `get` and `set`.
 */
export interface ReassignedState<T> {
  get(): T;
  set(value: T): void;
}

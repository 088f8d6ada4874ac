import { expect } from "@jest/globals";
import { BackupAndRestore } from "../../src/lifecycle/backup-and-restore.ts";
import type { BackupOptions } from "../../src/lifecycle/backup-options.ts";
import { Training } from "../../src/lifecycle/training.ts";
import type { StateDict } from "../../src/snapshot/training-state.ts";
import { memory } from "../../src/store/memory-store.ts";
import type { CheckpointStore } from "../../src/store/store.ts";
import { exactText } from "../codec/exact-text.ts";
import { rejection } from "./toy.ts";

export type Dict = Record<string, unknown>;

/** A network of the program, which alone can load its dict. */
export class Net {
  dict: Dict;
  constructor(dict: Dict) {
    this.dict = dict;
  }
  stateDict(): StateDict {
    return this.dict as StateDict;
  }
  loadStateDict(dict: StateDict): void {
    this.dict = { ...dict };
  }
}

/** An object that loads another one. */
export class Pair {
  readonly inner: Net;
  readonly own: Float32Array;
  constructor(inner: Net, own: Float32Array) {
    this.inner = inner;
    this.own = own;
  }
  stateDict(): StateDict {
    return { inner: this.inner, own: this.own };
  }
  loadStateDict({ inner, own }: StateDict): void {
    this.inner.loadStateDict(inner as StateDict);
    this.own.set(own as Float32Array);
  }
}

/** A variable of the program that is reassigned. */
export function variable<T>(value: T): { get: () => T; set: (value: T) => void } {
  let current = value;
  return { get: () => current, set: (next) => void (current = next) };
}

/** All that a program has, with what its variables hold now. */
export const textOf = (state: object): string =>
  exactText(Object.fromEntries(Object.entries(state).map(([name, value]) => [name, held(value)])));

function held(value: unknown): unknown {
  const { get } = value as { get?: unknown };
  return typeof get === "function" && !(value instanceof Map) ? { held: get() as unknown } : value;
}

export const F32 = (...values: number[]): Float32Array => Float32Array.of(...values);

/** Starts a program with this state on a store. */
export async function begin(
  state: unknown,
  store: CheckpointStore,
  options: BackupOptions = {},
): Promise<Training> {
  const backup = new BackupAndRestore(store, { takeOver: true, onEvent: () => {}, ...options });
  const training = new Training({ state, callbacks: [backup] });
  await training.begin();
  return training;
}

/** A store with what `state` became by `train`. */
export async function savedFrom(state: unknown, train = (): void => {}): Promise<CheckpointStore> {
  const store = memory();
  const training = await begin(state, store);
  train();
  training.stop();
  await training.end();
  return store;
}

/** The differences because of which `loading` is refused. */
export async function refusalOf(loading: Promise<unknown>): Promise<unknown> {
  const error = await rejection(loading);
  expect(error).toMatchObject({ code: "STATE_MISMATCH" });
  return (error as { details: { differences: unknown } }).details.differences;
}

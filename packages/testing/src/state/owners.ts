import type { CheckpointStore, StateDict, StateValue, TrainingState } from "@reprise/core";
import { saveAfter } from "./checkpoint.ts";

/** An object of the program that loads its own state, and its part of the data of a checkpoint. */
export interface Owner {
  readonly path: string;
  readonly state: TrainingState;
  readonly dict: StateDict;
}

/** The objects with `loadStateDict` in a live state. */
export function ownersIn(live: unknown, data: unknown, path = "state"): Owner[] {
  if (isTrainingState(live)) return [{ path, state: live, dict: data as StateDict }];
  return childrenOf(live).flatMap(([key, child]) =>
    ownersIn(child, childOf(data, key), `${path}.${String(key)}`),
  );
}

/**
 * Saves `data` as though it were that of a state like `live` which was `born` when its run began, in
 * the new store that `open` gives.
 */
export async function plant(
  data: StateValue,
  { live, born, open }: { live: unknown; born: StateValue; open: () => CheckpointStore },
): Promise<CheckpointStore> {
  const planted = carrierOf(data, live);
  if (!isRecord(planted)) return saveAfter(planted, async () => {}, open);
  const carrier = carrierOf(born, live) as Record<string, unknown>;
  const become = async (): Promise<void> => {
    for (const key of Object.keys(carrier)) delete carrier[key];
    Object.assign(carrier, planted);
  };
  return saveAfter(carrier, become, open);
}

function carrierOf(data: unknown, live: unknown): unknown {
  if (isTrainingState(live)) return { stateDict: () => data, loadStateDict: () => {} };
  if (isReassigned(live)) return { get: () => data, set: () => {} };
  const carriers = childrenOf(data).map(
    ([key, child]) => [key, carrierOf(child, childOf(live, key))] as const,
  );
  if (Array.isArray(data)) return carriers.map(([, carrier]) => carrier);
  if (isMap(data)) return new Map(carriers);
  return isRecord(data) ? Object.fromEntries(carriers as [string, unknown][]) : data;
}

/** The values directly within a plain object, an array or a `Map`. */
export function childrenOf(container: unknown): (readonly [unknown, unknown])[] {
  if (Array.isArray(container)) return [...container.entries()];
  if (isMap(container)) return [...container];
  return isRecord(container) ? Object.entries(container) : [];
}

/** What is under `key` in a plain object, an array or a `Map`. */
export function childOf(container: unknown, key: unknown): unknown {
  return childrenOf(container).find(([other]) => other === key)?.[1];
}

export function isMap(value: unknown): value is Map<unknown, unknown> {
  return Object.prototype.toString.call(value) === "[object Map]";
}

/** Whether it is an object whose properties are data. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  const tag = Object.prototype.toString.call(value);
  return tag === "[object Object]" && !ArrayBuffer.isView(value);
}

function isTrainingState(value: unknown): value is TrainingState {
  return has(value, "stateDict") && has(value, "loadStateDict");
}

function isReassigned(value: unknown): boolean {
  return isRecord(value) && has(value, "get") && has(value, "set");
}

function has(value: unknown, method: string): boolean {
  if (typeof value !== "object" || value === null) return false;
  return typeof (value as Record<string, unknown>)[method] === "function";
}

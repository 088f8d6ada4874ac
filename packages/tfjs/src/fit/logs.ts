import type { Scalar } from "@tensorflow/tfjs-core";
import { read } from "../states/backend-in-use.ts";

/** What tfjs hands to callbacks: scalars that live where the model does, until somebody needs their number. */
export type UnresolvedLogs = Record<string, number | Scalar>;

/** The logs that the hooks in progress share: one object a batch and one an epoch, as in tfjs. */
export interface LogsInFlight {
  batch: UnresolvedLogs;
  epoch: UnresolvedLogs;
}

/**
 * Turns the scalars in `logs` into numbers, in place, and disposes them. Rejects with `DEVICE_LOST` instead of
 * waiting for ever for a GPU that has lost them.
 */
export async function resolveLogs(logs: UnresolvedLogs): Promise<Record<string, number>> {
  const names: string[] = [];
  const scalars: Scalar[] = [];
  for (const name in logs) {
    const value = logs[name];
    if (typeof value !== "object") continue;
    names.push(name);
    scalars.push(value);
  }
  const values = await Promise.all(scalars.map((scalar, i) => read(scalar, names[i] ?? "")));
  for (const [i, name] of names.entries()) {
    logs[name] = values[i]?.[0] ?? NaN;
    scalars[i]?.dispose();
  }
  return logs as Record<string, number>;
}

/** Disposes what nobody has turned into a number. */
export function disposeLogs(logs: UnresolvedLogs): void {
  for (const name in logs) {
    const value = logs[name];
    if (typeof value === "object" && !value.isDisposed) value.dispose();
  }
}

import { RepriseError, show } from "../errors.ts";
import { isObject } from "../is-object.ts";
import { capture } from "../snapshot/capture.ts";
import { detach } from "../snapshot/detach.ts";
import { materialize, restoreInto } from "../snapshot/restore.ts";
import type { StateDict, StateValue } from "../snapshot/training-state.ts";

type Stateful = { loadStateDict(dict: unknown): unknown } | { set(value: unknown): unknown };

/** A deep copy of the entries `names` of the state, or of all. Throws `INVALID_ARGUMENT` for a name it lacks. */
export async function copyState(state: unknown, names?: readonly string[]): Promise<StateDict> {
  const entries = entriesOf(state);
  const chosen = (names ?? Object.keys(entries)).map((name) => [name, entryOf(entries, name)]);
  const { copy } = await detach(capture({ copy: Object.fromEntries(chosen) as unknown }));
  return materialize(copy) as StateDict;
}

/** Writes a copy that {@link copyState} made back into the live state, in place. */
export async function restoreCopy(state: unknown, copy: StateDict): Promise<void> {
  const entries = entriesOf(state);
  for (const name of Object.keys(copy)) {
    await restoreValue(entryOf(entries, name), copy[name], `state.${name}`);
  }
}

async function restoreValue(live: unknown, value: StateValue, path: string): Promise<void> {
  if (isStateful(live)) {
    await ("loadStateDict" in live ? live.loadStateDict(value) : live.set(value));
    return;
  }
  if (isRecord(live) && isRecord(value)) {
    for (const key of Object.keys(live)) if (!Object.hasOwn(value, key)) delete live[key];
    for (const [key, wanted] of Object.entries(value)) {
      const child = live[key];
      if (isObject(child) && isObject(wanted)) await restoreValue(child, wanted, `${path}.${key}`);
      else live[key] = wanted;
    }
    return;
  }
  const { copy } = await detach(capture({ copy: value }));
  await restoreInto(live, copy, path);
}

function entriesOf(state: unknown): Record<string, unknown> {
  if (isRecord(state)) return state;
  throw new RepriseError(
    "INVALID_ARGUMENT",
    `Expected the state to be a plain object, found ${show(state)}.`,
  );
}

function entryOf(entries: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(entries, name)) return entries[name];
  throw new RepriseError(
    "INVALID_ARGUMENT",
    `The state has no entry ${show(name)}. It has ${Object.keys(entries).map(show).join(", ")}.`,
  );
}

function isRecord(value: unknown): value is Record<string, StateValue> {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isStateful(value: unknown): value is Stateful {
  if (!isObject(value)) return false;
  const { loadStateDict, set, get } = value as Record<string, unknown>;
  if (typeof loadStateDict === "function") return true;
  return isRecord(value) && typeof set === "function" && typeof get === "function";
}

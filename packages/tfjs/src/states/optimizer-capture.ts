import { show, type StateDict, type StatePrimitive, type StateValue } from "@reprise/core";
import { type Optimizer, Tensor, Variable } from "@tensorflow/tfjs-core";
import { classNameOf } from "./class-name.ts";
import type { Pin } from "./pin.ts";
import { memberPath } from "./member-path.ts";
import { unsavable } from "./unsavable.ts";

/** What an optimizer holds for each variable that it trains. Its name begins with that of the variable. */
export interface Slot {
  originalName: string;
  readonly variable: Variable;
}

/**
 * The own properties of an optimizer: lists, which are its slots, in a `Map`, as they come and go with
 * the variables that it has met; all else under its class, so that another class is noticed.
 */
export function captureOptimizer(optimizer: Optimizer, pin: Pin, path = ""): StateDict {
  const name = classNameOf(optimizer, "Optimizer");
  const fields: Record<string, StateValue> = {};
  const slots = new Map<string, StateValue>();
  for (const [key, value] of ownFields(optimizer)) {
    const at = memberPath(memberPath(path, name), key);
    if (Array.isArray(value))
      slots.set(
        key,
        value.map((element, i) => captureElement(element, pin, `${at}[${i}]`)),
      );
    else fields[key] = captureField(value, pin, at);
  }
  return { [name]: fields, slots };
}

/** What of an optimizer is state. */
export function ownFields(optimizer: Optimizer): [string, unknown][] {
  // The getter makes the counter, which is absent until the first step.
  void optimizer.iterations;
  return Object.entries(optimizer).filter(
    ([, value]) => value !== undefined && typeof value !== "function",
  );
}

export function isSlot(value: unknown): value is Slot {
  const { originalName, variable } = (value ?? {}) as Partial<Slot>;
  return typeof originalName === "string" && variable instanceof Variable;
}

export function isOptimizer(value: unknown): value is Optimizer {
  return typeof (value as Partial<Optimizer> | null)?.applyGradients === "function";
}

export function isPrimitive(value: unknown): value is StatePrimitive {
  return value === null || /^(number|string|boolean|bigint|undefined)$/.test(typeof value);
}

function captureElement(element: unknown, pin: Pin, path: string): StateValue {
  if (!isSlot(element)) return captureField(element, pin, path);
  const { originalName, variable } = element;
  // The rest of the name counts on from one build of a model to the next.
  const slot = originalName.slice(originalName.lastIndexOf("/") + 1);
  return { slot, variable: pin(variable, path, true) };
}

function captureField(value: unknown, pin: Pin, path: string): StateValue {
  if (value instanceof Variable) return { variable: pin(value, path, true) };
  if (value instanceof Tensor) return pin(value, path, true);
  if (isPrimitive(value)) return value;
  if (isOptimizer(value)) return captureOptimizer(value, pin, path);
  throw unsavable(
    path,
    `it is ${show(value)}`,
    "Keep what an optimizer remembers in numbers, tensors, variables and arrays of them.",
  );
}

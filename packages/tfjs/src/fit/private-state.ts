import type { StateDict, StateValue, Tensor as SavedTensor } from "@reprise/core";
import { Tensor } from "@tensorflow/tfjs-core";
import { type Pin, withPins } from "../states/pin.ts";
import { tensorOf } from "../states/saved-tensor.ts";

/** Fields that tfjs sets on every callback, and that belong to the program, not to its training. */
const notPrivate: ReadonlySet<string> = new Set(["model", "params", "validationData"]);

const maxDepth = 20;

/** The names of the fields that each callback had when it was first seen. */
const firstNames: WeakMap<object, readonly string[]> = new WeakMap();

/**
 * What a `tf.Callback` keeps in fields of its own, such as the patience that `earlyStopping` has left.
 * A number or string that is as it was when training began is not saved: it is an option, and the
 * program that resumes may have changed it.
 */
export class PrivateState {
  /** Names the fields that the callback was made with: stable where a class name is not. */
  readonly names: string;
  readonly #owner: Record<string, unknown>;
  /** The fields as they were when training began. */
  #initial: ReadonlyMap<string, unknown> | undefined;
  readonly #report: (field: string) => void;

  /** `report` is told of each field that has changed and cannot be saved. */
  constructor(owner: object, report: (field: string) => void) {
    this.#owner = owner as Record<string, unknown>;
    const names = firstNames.get(owner) ?? this.#fields().map(([name]) => name);
    firstNames.set(owner, names);
    this.names = names.join();
    this.#report = report;
  }

  /** To be called when the callback has made its fields ready for training, before they are loaded. */
  begin(): void {
    this.#initial = new Map(this.#fields());
  }

  save(): StateDict {
    const initial = this.#initial;
    if (initial === undefined) return {};
    const fields = this.#fields().filter(([name, value]) => {
      const isAsItWas = initial.has(name) && Object.is(initial.get(name), value);
      const isSaved = isData(value, 0) && (isContainer(value) || !isAsItWas);
      if (!isSaved && !isAsItWas) this.#report(name);
      return isSaved;
    });
    return withPins((pin) =>
      Object.fromEntries(fields.map(([name, value]) => [name, toState(value, name, pin)])),
    );
  }

  load(saved: StateDict): void {
    for (const [name, value] of Object.entries(saved)) this.#owner[name] = fromState(value);
  }

  #fields(): [string, unknown][] {
    return Object.entries(this.#owner).filter(([name]) => !notPrivate.has(name));
  }
}

function isContainer(value: unknown): boolean {
  return typeof value === "object" && value !== null && !(value instanceof Tensor);
}

/** Whether a value can be saved: primitives, arrays, tensors, and plain containers of these. */
function isData(value: unknown, depth: number): boolean {
  if (isPrimitive(value)) return true;
  if (typeof value !== "object" || value === null || depth > maxDepth) return false;
  if (value instanceof Tensor) return !value.isDisposed;
  if (ArrayBuffer.isView(value) || value instanceof Date) return true;
  if (value instanceof Set) return [...value].every(isPrimitive);
  const isMap = value instanceof Map;
  if (isMap ? ![...value.keys()].every(isPrimitive) : !Array.isArray(value) && !isPlain(value))
    return false;
  const children: unknown[] = isMap ? [...value.values()] : Object.values(value);
  return children.every((child) => isData(child, depth + 1));
}

function isPrimitive(value: unknown): boolean {
  return Object(value) !== value && typeof value !== "symbol";
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function toState(value: unknown, path: string, pin: Pin): StateValue {
  if (value instanceof Tensor) return pin(value, path, true);
  if (Array.isArray(value)) return value.map((child, i) => toState(child, `${path}[${i}]`, pin));
  const members = ([name, child]: [unknown, unknown]): [string, StateValue] => [
    name as string,
    toState(child, `${path}.${String(name)}`, pin),
  ];
  if (value instanceof Map) return new Map([...value].map(members));
  if (typeof value === "object" && value !== null && isPlain(value))
    return Object.fromEntries(Object.entries(value).map(members));
  return value as StateValue;
}

/** What a program would have made itself: objects with a prototype, tensors of tfjs. */
function fromState(value: StateValue): unknown {
  if (Array.isArray(value)) return value.map(fromState);
  if (value instanceof Map)
    return new Map([...value].map(([key, child]) => [key as string, fromState(child)]));
  if (typeof value !== "object" || value === null || !isPlain(value)) return value;
  if (isSavedTensor(value)) return tensorOf(value);
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, fromState(child)]));
}

function isSavedTensor(value: object): value is SavedTensor {
  return "dtype" in value && "shape" in value && "data" in value && ArrayBuffer.isView(value.data);
}

import { show } from "../errors.ts";
import { type ArrayType, arrayTypeOf, byteLengthOf, holdersOf } from "./array-types.ts";
import { classify } from "./classify.ts";
import { explain, isThenable, refusal } from "./refusal.ts";
import {
  entryPath,
  hole,
  makeTensor,
  maxHoles,
  memberPath,
  type StateNode,
  type StateTree,
  type StatefulTree,
} from "./state-tree.ts";
import { faultOf } from "./strict-checks.ts";
import type { TensorCollection } from "./tensor-collection.ts";
import type {
  ReassignedState,
  StatePrimitive,
  Tensor,
  TensorReference,
  TrainingState,
  TypedArray,
} from "./training-state.ts";

/** Arrays of more numbers than this are stored as tensors. */
const manyNumbers = 64;
/** How deep a state may be nested, so that no recursion and no other reader of the file gives up. */
const maxDepth = 100;

const float64 = arrayTypeOf(new Float64Array()) as ArrayType;

/** One walk over a live state. It is on the training loop's time: no paths, no closures a tensor. */
export class Walk {
  readonly #strict: boolean;
  readonly #nodes = new Map<object, StateNode>();
  readonly #tensors: TensorCollection;
  // Where the walk is: the objects from the root down, and for each the key under which it goes on.
  readonly #open: object[] = [];
  readonly #keys: (string | number | undefined | { readonly key: StatePrimitive })[] = [];
  #root = "";
  #inStateDict = 0;

  constructor(strict: boolean, tensors: TensorCollection) {
    this.#strict = strict;
    this.#tensors = tensors;
  }

  root(name: string, value: unknown): StateTree {
    this.#root = name;
    return this.#tree(value);
  }

  #tree(value: unknown): StateTree {
    switch (typeof value) {
      case "object":
        return value === null ? null : this.#node(value);
      case "number":
      case "string":
      case "boolean":
      case "bigint":
      case "undefined":
        return value;
      case "function":
      case "symbol":
      default:
        throw this.#refuse(...explain(value));
    }
  }

  #node(value: object): StateTree {
    const reused = this.#tensors.reuse(value, "array");
    if (reused !== undefined) return reused;
    const type = arrayTypeOf(value);
    if (type) return this.#array(value as TypedArray, type);
    const known = this.#nodes.get(value);
    if (known !== undefined || this.#open.includes(value)) return this.#again(value, known);
    if (this.#open.length === maxDepth)
      throw this.#refuse(`it is nested more than ${maxDepth} deep`, "Use arrays instead of links.");
    this.#keys[this.#open.push(value)] = undefined;
    const node = this.#container(value);
    this.#open.pop();
    this.#nodes.set(value, node);
    return this.#unwrapped(node);
  }

  // Within a state dict everything is data for the object that gave it, which alone can load it.
  #unwrapped(node: StateNode): StateTree {
    const isStateful = node.kind === "stateDict" || node.kind === "reassigned";
    return isStateful && this.#inStateDict > 0 ? node.value : node;
  }

  #again(value: object, known: StateNode | undefined): StateTree {
    if (known !== undefined) return this.#unwrapped(known);
    const outer = this.#path(this.#open.indexOf(value));
    throw this.#refuse(`it is ${outer} again, which holds it`, "Leave one of the two out.");
  }

  #container(value: object): StateNode {
    const kind = classify(value);
    switch (kind) {
      case "record":
        return this.#record(value as Record<string, unknown>);
      case "array":
        return this.#list(value as unknown[]);
      case "map":
        return this.#map(value as Map<unknown, unknown>);
      case "set":
        return this.#set(value as Set<unknown>);
      case "date":
        return { kind, time: Date.prototype.getTime.call(value) };
      case "tensor":
        return this.#tensor(value as Tensor);
      case "reference":
        return this.#reference(value as TensorReference);
      case "stateDict":
        return this.#stateful(kind, () => (value as TrainingState).stateDict());
      case "reassigned":
        return this.#stateful(kind, () => (value as ReassignedState<unknown>).get());
      case "view":
      case "other":
      default:
        throw this.#refuse(...explain(value));
    }
  }

  #record(record: Record<string, unknown>): StateNode {
    this.#check(record);
    const keys = Object.keys(record);
    const values: StateTree[] = [];
    const depth = this.#open.length;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      this.#keys[depth] = key;
      values.push(this.#tree(record[key]));
    }
    return { kind: "record", keys, values };
  }

  #list(list: readonly unknown[]): StateNode {
    this.#check(list);
    if (list.length > manyNumbers && isNumbers(list)) {
      const numbers = new Float64Array(list);
      return this.#tensors.push(makeTensor("numbers", float64, "F64", numbers, numbers.byteLength));
    }
    const values: StateTree[] = [];
    const depth = this.#open.length;
    let holes = 0;
    for (let i = 0; i < list.length; i++) {
      this.#keys[depth] = i;
      const value = list[i];
      if (value !== undefined || Object.hasOwn(list, i)) {
        values.push(this.#tree(value));
      } else {
        values.push(hole);
        if (++holes > maxHoles) throw this.#refuse("the array is nearly empty", "Use a Map.");
      }
    }
    return { kind: "array", values };
  }

  #map(map: ReadonlyMap<unknown, unknown>): StateNode {
    this.#check(map);
    const keys: StatePrimitive[] = [];
    const values: StateTree[] = [];
    const depth = this.#open.length;
    for (const [key, value] of map) {
      this.#keys[depth] = undefined;
      const primitive = this.#primitive(key, "a key of the Map");
      this.#keys[depth] = { key: primitive };
      keys.push(primitive);
      values.push(this.#tree(value));
    }
    return { kind: "map", keys, values };
  }

  #set(set: ReadonlySet<unknown>): StateNode {
    this.#check(set);
    return {
      kind: "set",
      values: Array.from(set, (v) => this.#primitive(v, "a member of the Set")),
    };
  }

  #primitive(value: unknown, what: string): StatePrimitive {
    const type = typeof value;
    if (type === "function" || type === "symbol" || (type === "object" && value !== null))
      throw this.#refuse(
        `${what} is ${show(value)}, which is not the same after a restart`,
        "Use numbers or strings.",
      );
    return value as StatePrimitive;
  }

  #stateful(kind: StatefulTree["kind"], give: () => unknown): StateNode {
    const method = kind === "stateDict" ? "stateDict()" : "get()";
    let given: unknown;
    try {
      given = give();
    } catch (error) {
      throw this.#refuse(`${method} threw ${String(error)}`, "See its cause.", error);
    }
    if (isThenable(given))
      throw this.#refuse(
        `${method} returned a promise`,
        "It must be synchronous: training goes on as soon as it returned.",
      );
    if (kind === "stateDict" && (typeof given !== "object" || given === null))
      throw this.#refuse(`${method} returned ${show(given)}`, "Return an object of what to save.");
    this.#inStateDict++;
    const value = this.#tree(given);
    this.#inStateDict--;
    return { kind, value };
  }

  #array(view: TypedArray, type: ArrayType): StateNode {
    const { buffer, byteLength } = view;
    if (byteLength === 0 && isDetached(buffer))
      throw this.#refuse("the array was transferred away", "Keep a copy, or get it back first.");
    const tensor = makeTensor("array", type, type.dtype, view, byteLength);
    return this.#tensors.add(tensor, view);
  }

  #tensor({ dtype, shape, data }: Tensor): StateNode {
    const reused = this.#tensors.reuse(data, "tensor", dtype, shape);
    if (reused !== undefined) return reused;
    const type = arrayTypeOf(data);
    if (!type || !holdersOf(dtype).includes(type))
      throw this.#refuse(
        `its dtype is ${dtype} and its data ${show(data)}`,
        `Hold ${dtype} in ${holdersOf(dtype)
          .map(({ name }) => name)
          .join(" or ")}.`,
      );
    if (byteLengthOf(shape, type.size) !== data.byteLength)
      throw this.#refuse(
        `a ${dtype} tensor of shape [${shape.join(", ")}] does not have ${data.byteLength} bytes`,
        "Make shape and data agree.",
      );
    const tensor = makeTensor("tensor", type, dtype, data, data.byteLength, [...shape]);
    return this.#tensors.add(tensor, data);
  }

  #reference(reference: TensorReference): StateNode {
    const { dtype, shape } = reference;
    const type = holdersOf(dtype)[0] as ArrayType;
    const byteLength = byteLengthOf(shape, type.size);
    if (byteLength === undefined)
      throw this.#refuse(`its shape is [${shape.join(", ")}]`, "Use whole numbers from 0 on.");
    const tensor = makeTensor("tensor", type, dtype, undefined, byteLength, [...shape], reference);
    return this.#tensors.addReference(tensor);
  }

  #check(container: object): void {
    if (!this.#strict) return;
    const fault = faultOf(container, this.#inStateDict > 0);
    if (fault === undefined) return;
    this.#keys[this.#open.length] = fault[0];
    throw this.#refuse(fault[1], fault[2]);
  }

  #refuse(found: string, cure: string, cause?: unknown): Error {
    return refusal(this.#path(this.#open.length), found, cure, cause);
  }

  #path(depth: number): string {
    let path = this.#root;
    for (const key of this.#keys.slice(1, depth + 1)) {
      if (typeof key === "object") path = entryPath(path, key.key);
      else if (key !== undefined) path = memberPath(path, key);
    }
    return path;
  }
}

function isNumbers(list: readonly unknown[]): list is readonly number[] {
  for (let i = 0; i < list.length; i++) if (typeof list[i] !== "number") return false;
  return true;
}

// A detached buffer has no property that tells so in every runtime, but no view can be made of it.
function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    return new Uint8Array(buffer).length > 0 && false;
  } catch {
    return true;
  }
}

import { show } from "../errors.ts";
import { isObject } from "../is-object.ts";
import { type ArrayType, arrayTypeOf, arrayTypes, byteLengthOf, holdersOf } from "./array-types.ts";
import { classify } from "./classify.ts";
import type { Leaves } from "./leaves.ts";
import { isThenable } from "../thenable.ts";
import { foreign, refusal } from "./refusal.ts";
import {
  childPath,
  hole,
  isStateful,
  makeTensor,
  maxHoles,
  type StatefulTree,
  type StateNode,
  type StateTree,
  type TensorTree,
} from "./state-tree.ts";
import { faultOf } from "./strict-checks.ts";
import type { StatePrimitive, Tensor, TensorReference, TypedArray } from "./training-state.ts";

/** Arrays of more numbers than this are stored as tensors. */
const manyNumbers = 64;
const [float64] = arrayTypes as readonly [ArrayType];
/** How deep a state may be nested, so that no recursion and no other reader of the file gives up. */
const maxDepth = 100;

/** A container that the walk is in, and the key under which it goes on. */
interface Open {
  readonly value: object;
  readonly kind: StateNode["kind"];
  key: StatePrimitive;
}

/**
 * Takes the value of a root apart, and its tensors into `leaves`. It is on the training loop's time: it
 * builds no path until one is needed.
 */
export function createWalk(
  strict: boolean,
  leaves: Leaves,
): (root: string, value: unknown) => StateTree {
  const nodes = new Map<object, StateNode>();
  const open: Open[] = [];
  let root = "";
  let holes = 0;
  let inStateDict = 0;

  const pathTo = (depth = open.length): string =>
    open.slice(0, depth).reduce((path, { kind, key }) => childPath(path, kind, key), root);
  const refuse = (found: string, cure: string, cause?: unknown): Error =>
    refusal(pathTo(), found, cure, cause);

  function walk(value: unknown): StateTree {
    if (typeof value === "function" || typeof value === "symbol") throw foreign(pathTo(), value);
    if (!isObject(value)) return value as StatePrimitive;
    const type = arrayTypeOf(value);
    if (type) return array("array", type, value as TypedArray);
    let node = nodes.get(value);
    if (node === undefined) nodes.set(value, (node = nodeOf(value)));
    // Within a state dict everything is data for the object that gave it, which alone can load it.
    return inStateDict > 0 && isStateful(node) ? node.value : node;
  }

  function nodeOf(value: object): StateNode {
    const kind = classify(value);
    const fault = strict && faultOf(value, kind, inStateDict > 0);
    if (fault) throw refuse(...fault);
    switch (kind) {
      case "record": {
        const record = value as Record<string, unknown>;
        const keys = Object.keys(record);
        return { kind, keys, values: children(value, kind, keys, (key) => walk(record[key])) };
      }
      case "map": {
        const map = value as Map<unknown, unknown>;
        const keys = Array.from(map.keys(), primitive);
        return { kind, keys, values: children(value, kind, keys, (key) => walk(map.get(key))) };
      }
      case "set":
        return { kind, values: Array.from(value as Set<unknown>, primitive) };
      case "array":
        return list(value as unknown[]);
      case "date":
        return { kind, time: Date.prototype.getTime.call(value) };
      case "tensor":
        return tensor(value as Tensor, (value as Tensor).data);
      case "reference":
        return tensor(value as TensorReference);
      case "stateDict":
      case "reassigned": {
        const [given] = children(value, kind, [null], () => give(kind, value));
        return { kind, value: given };
      }
      case "view":
      case "other":
      default:
        throw foreign(pathTo(), value);
    }
  }

  function children<Key extends StatePrimitive>(
    value: object,
    kind: StateNode["kind"],
    keys: Iterable<Key>,
    child: (key: Key) => StateTree,
  ): StateTree[] {
    const outer = open.findIndex((container) => container.value === value);
    if (outer >= 0) throw refuse(`it is ${pathTo(outer)} again`, "Leave one of the two out.");
    if (open.length === maxDepth) throw refuse(`it is over ${maxDepth} levels deep`, "Flatten it.");
    const container: Open = { value, kind, key: undefined };
    open.push(container);
    const trees: StateTree[] = [];
    for (const key of keys) {
      container.key = key;
      trees.push(child(key));
    }
    open.pop();
    return trees;
  }

  function list(values: readonly unknown[]): StateNode {
    if (values.length > manyNumbers && isNumbers(values))
      return array("numbers", float64, new Float64Array(values));
    const child = (i: number): StateTree => {
      const value = values[i];
      if (value !== undefined || Object.hasOwn(values, i)) return walk(value);
      if (++holes > maxHoles) throw refuse("it is nearly empty", "Use a Map.");
      return hole;
    };
    return { kind: "array", values: children(values, "array", values.keys(), child) };
  }

  // Keys of Maps and members of Sets.
  function primitive(value: unknown): StatePrimitive {
    if (/^(object|function|symbol)$/.test(typeof value) && value !== null)
      throw refuse(`its key is ${show(value)}`, "Use numbers or strings.");
    return value as StatePrimitive;
  }

  function give(kind: StatefulTree["kind"], value: object): StateTree {
    const method = kind === "stateDict" ? kind : "get";
    let given: unknown;
    try {
      given = (value as Record<string, () => unknown>)[method]?.();
    } catch (error) {
      throw refuse(`${method}() threw ${String(error)}`, "See its cause.", error);
    }
    if (isThenable(given) || !(isObject(given) || kind === "reassigned"))
      throw refuse(`${method}() returned ${show(given)}`, "Return the state itself, as an object.");
    inStateDict++;
    const tree = walk(given);
    inStateDict--;
    return tree;
  }

  function array(form: TensorTree["form"], type: ArrayType, view: TypedArray): StateNode {
    try {
      // Throws for a detached array, which no property tells from an empty one in every runtime.
      if (view.byteLength === 0) view.at(0);
    } catch (error) {
      throw refuse("the array was transferred away", "Keep a copy.", error);
    }
    return leaves.add(makeTensor(form, type, type.dtype, view, view.byteLength));
  }

  function tensor(value: Tensor | TensorReference, data?: TypedArray): StateNode {
    const { dtype, shape } = value;
    const types = holdersOf(dtype);
    const type = data ? types.find((holder) => holder === arrayTypeOf(data)) : types[0];
    const byteLength = type && byteLengthOf(shape, type.size);
    if (!type || byteLength === undefined || byteLength !== (data ?? { byteLength }).byteLength)
      throw refuse(
        `${dtype}[${shape.join()}] does not fit ${show(data ?? value)}`,
        `${dtype} is held by ${types.map(({ name }) => name).join(" or ")}.`,
      );
    const reference = data ? undefined : (value as TensorReference);
    return leaves.add(makeTensor("tensor", type, dtype, data, byteLength, [...shape], reference));
  }

  return (name, value) => {
    root = name;
    return walk(value);
  };
}

function isNumbers(list: readonly unknown[]): list is readonly number[] {
  for (let i = 0; i < list.length; i++) if (typeof list[i] !== "number") return false;
  return true;
}

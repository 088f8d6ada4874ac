import { show } from "../errors.ts";
import { isObject } from "../is-object.ts";
import type { ArrayType, DType } from "./array-types.ts";
import type { StatePrimitive, TensorReference, TypedArray } from "./training-state.ts";

/**
 * A state taken apart: primitives stand for themselves, everything else is a node. A node that is
 * reached over two paths is one value that the state holds twice.
 */
export type StateTree = StatePrimitive | StateNode;

export type StateNode =
  | RecordTree
  | ArrayTree
  | MapTree
  | SetTree
  | DateTree
  | TensorTree
  | StatefulTree
  | Hole;

/** A plain object; `keys` and `values` run side by side, in the order of the object. */
interface RecordTree {
  readonly kind: "record";
  readonly keys: readonly string[];
  readonly values: readonly StateTree[];
}

export interface ArrayTree {
  readonly kind: "array";
  readonly values: readonly StateTree[];
}

interface MapTree {
  readonly kind: "map";
  readonly keys: readonly StatePrimitive[];
  readonly values: readonly StateTree[];
}

interface SetTree {
  readonly kind: "set";
  readonly values: readonly StatePrimitive[];
}

/** `time` in milliseconds since 1970; NaN for an invalid date. */
interface DateTree {
  readonly kind: "date";
  readonly time: number;
}

/** An absent element of an array. */
export interface Hole {
  readonly kind: "hole";
}

export const hole: Hole = { kind: "hole" };

/** Absent elements that all arrays together may have: a few bytes of a file stand for any number. */
export const maxHoles = 1_000_000;

/** An object with the `TrainingState` protocol, or a pair of `get` and `set`, and what it gave. */
export interface StatefulTree {
  readonly kind: "stateDict" | "reassigned";
  readonly value: StateTree;
}

/** Anything whose bytes are stored as a tensor. */
export interface TensorTree {
  readonly kind: "tensor";
  /** What it is in the program: a typed array, a `Tensor`, or an array of many numbers. */
  readonly form: "array" | "tensor" | "numbers";
  readonly type: ArrayType;
  readonly dtype: DType;
  /** Absent for a typed array and an array of numbers, which have one dimension. */
  readonly shape: readonly number[] | undefined;
  readonly byteLength: number;
  /** The live array, from capture until its bytes were copied. */
  view: TypedArray | undefined;
  /** In place of `view` when the bytes are fetched in the background. */
  readonly reference: TensorReference | undefined;
  /** Where its bytes are in the pool of snapshots, if they are to be there. */
  at: number | undefined;
  /** The tensor of which this one shows a part, `delta` bytes after its start. */
  owner: TensorTree | undefined;
  delta: number;
  /** By how many bytes the buffer of an owner starts before it, so that views of it are aligned. */
  pad: number;
  /** The bytes of a tensor from a file, or of a reference, in pieces of any length. */
  pieces: readonly Uint8Array[];
}

/** A tensor of the program, in `form`; without `view` its bytes come from elsewhere. */
export function makeTensor(
  form: TensorTree["form"],
  type: ArrayType,
  dtype: DType,
  view: TypedArray | undefined,
  byteLength: number,
  shape?: readonly number[],
  reference?: TensorReference,
): TensorTree {
  return {
    kind: "tensor",
    form,
    type,
    dtype,
    shape,
    byteLength,
    view,
    reference,
    at: undefined,
    owner: undefined,
    delta: 0,
    pad: 0,
    pieces: [],
  };
}

export function shapeOf(tensor: TensorTree): readonly number[] {
  return tensor.shape ?? [tensor.byteLength / tensor.type.size];
}

/** Whether what the node holds belongs to an object of the program, which alone can load it. */
export function isStateful(tree: StateTree): tree is StatefulTree {
  return isNode(tree) && (tree.kind === "stateDict" || tree.kind === "reassigned");
}

/** Whether a tree is a node, and not a primitive. */
export function isNode(tree: StateTree): tree is StateNode {
  return isObject(tree);
}

/** The path of what is under `key` in the container of this kind at `path`. */
export function childPath(path: string, kind: StateNode["kind"], key: StatePrimitive): string {
  if (kind === "array") return `${path}[${String(key)}]`;
  const text = typeof key === "string" ? JSON.stringify(key) : show(key);
  if (kind === "map") return `${path}.get(${text})`;
  if (kind !== "record") return path;
  return /^"[A-Za-z_$][\w$]*"$/.test(text) ? `${path}.${String(key)}` : `${path}[${text}]`;
}

/** The values of an object, an array or a `Map`, under their keys. */
export function* entriesOf(node: StateNode): Generator<[StatePrimitive, StateTree]> {
  if (node.kind === "array") yield* node.values.entries();
  if (node.kind === "record" || node.kind === "map")
    for (const [i, key] of node.keys.entries()) yield [key, node.values[i]];
}

/** The nodes directly under `node`, with their paths. */
export function* childrenOf(node: StateNode, path: string): Generator<[StateTree, string]> {
  if (isStateful(node)) yield [node.value, path];
  for (const [key, value] of entriesOf(node)) yield [value, childPath(path, node.kind, key)];
}

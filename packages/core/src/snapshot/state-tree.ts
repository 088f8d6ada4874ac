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
export interface RecordTree {
  readonly kind: "record";
  readonly keys: readonly string[];
  readonly values: readonly StateTree[];
}

export interface ArrayTree {
  readonly kind: "array";
  readonly values: readonly StateTree[];
}

export interface MapTree {
  readonly kind: "map";
  readonly keys: readonly StatePrimitive[];
  readonly values: readonly StateTree[];
}

export interface SetTree {
  readonly kind: "set";
  readonly values: readonly StatePrimitive[];
}

/** `time` in milliseconds since 1970; NaN for an invalid date. */
export interface DateTree {
  readonly kind: "date";
  readonly time: number;
}

/** An absent element of an array. */
export interface Hole {
  readonly kind: "hole";
}

export const hole: Hole = { kind: "hole" };

/** Absent elements that an array may have: they take space in a file, but none in memory. */
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
  /** The live array. A large one only from capture until its bytes were copied. */
  view: TypedArray | undefined;
  /** A large array, told from any other without being kept alive. */
  remembered: WeakRef<TypedArray> | undefined;
  /** In place of `view` when the bytes are fetched in the background. */
  readonly reference: TensorReference | undefined;
  /** The tensor of which this one shows a part, `delta` bytes after its start. */
  owner: TensorTree | undefined;
  delta: number;
  /** By how many bytes the buffer of an owner starts before it, so that views of it are aligned. */
  pad: number;
  /** The bytes of a tensor from a file, in pieces of any length. */
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
    remembered: undefined,
    reference,
    owner: undefined,
    delta: 0,
    pad: 0,
    pieces: noPieces,
  };
}

const noPieces: readonly Uint8Array[] = [];

export function shapeOf(tensor: TensorTree): readonly number[] {
  return tensor.shape ?? [tensor.byteLength / tensor.type.size];
}

/** Whether a tree is a node, and not a primitive. */
export function isNode(tree: StateTree): tree is StateNode {
  return typeof tree === "object" && tree !== null;
}

const identifier = /^[A-Za-z_$][\w$]*$/;

/** The path of the value under `key` of the object or array at `path`. */
export function memberPath(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  return identifier.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** The path of the value under `key` of the `Map` at `path`. */
export function entryPath(path: string, key: StatePrimitive): string {
  return `${path}.get(${literal(key)})`;
}

function literal(key: StatePrimitive): string {
  if (typeof key === "string") return JSON.stringify(key);
  if (typeof key === "bigint") return `${key}n`;
  return Object.is(key, -0) ? "-0" : String(key);
}

/** The nodes directly under `node`, with their paths. */
export function* childrenOf(node: StateNode, path: string): Generator<[StateTree, string]> {
  switch (node.kind) {
    case "record":
      for (const [i, key] of node.keys.entries()) yield [node.values[i], memberPath(path, key)];
      return;
    case "array":
      for (const [i, value] of node.values.entries()) yield [value, memberPath(path, i)];
      return;
    case "map":
      for (const [i, key] of node.keys.entries()) yield [node.values[i], entryPath(path, key)];
      return;
    case "stateDict":
    case "reassigned":
      yield [node.value, path];
      return;
    case "set":
    case "date":
    case "hole":
    case "tensor":
  }
}

import * as z from "zod/mini";
import { arrayTypeNamed, byteLengthOf, type DType, holdersOf } from "../snapshot/array-types.ts";
import {
  hole,
  makeTensor,
  maxHoles,
  type StateTree,
  type TensorTree,
} from "../snapshot/state-tree.ts";
import type { StatePrimitive } from "../snapshot/training-state.ts";

/** A tensor as the header of a file lists it. */
export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly byteLength: number;
}

export interface ReadTrees {
  readonly roots: Readonly<Record<string, StateTree>>;
  /** The node that each stored tensor belongs to, by name. */
  readonly nodes: ReadonlyMap<string, TensorTree>;
}

/**
 * Reads what `writeTrees` wrote, already parsed. Throws for anything it would not have written, and
 * unless the trees use each of `tensors` and no others.
 */
export function readTrees(json: unknown, tensors: ReadonlyMap<string, StoredTensor>): ReadTrees {
  const reader = new TreeReader(tensors);
  const roots = reader.roots(json);
  for (const name of tensors.keys())
    if (!reader.nodes.has(name)) throw new SyntaxError(`nothing refers to the tensor ${name}`);
  return { roots, nodes: reader.nodes };
}

const offset = z.int().check(z.gte(0));
const tensorNode = z.union([
  z.tuple([z.string()]),
  z.tuple([
    z.string(),
    z.strictObject({
      form: z.optional(z.enum(["tensor", "numbers"])),
      array: z.optional(z.string()),
      pad: z.optional(offset.check(z.lt(8))),
      at: z.optional(offset),
      dtype: z.optional(z.string()),
      shape: z.optional(z.array(offset)),
    }),
  ]),
]);

const specialNumbers: ReadonlyMap<unknown, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["-0", -0],
]);

class TreeReader {
  readonly nodes = new Map<string, TensorTree>();
  readonly #tensors: ReadonlyMap<string, StoredTensor>;
  // Views, with the names of their owners, which may come after them.
  readonly #views: (readonly [TensorTree, string])[] = [];
  readonly #shared: StateTree[] = [];

  constructor(tensors: ReadonlyMap<string, StoredTensor>) {
    this.#tensors = tensors;
  }

  roots(json: unknown): Record<string, StateTree> {
    if (typeof json !== "object" || json === null || Array.isArray(json)) throw odd(json);
    const roots = Object.create(null) as Record<string, StateTree>;
    for (const [name, tree] of Object.entries(json)) roots[name] = this.#read(tree);
    for (const [view, name] of this.#views) this.#link(view, name);
    return roots;
  }

  #read(json: unknown): StateTree {
    if (typeof json !== "object" || json === null) return json as StatePrimitive;
    if (Array.isArray(json)) return this.#tagged(json);
    const values = Object.values(json).map((value) => this.#read(value));
    return { kind: "record", keys: Object.keys(json), values };
  }

  #tagged([kind, ...rest]: readonly unknown[]): StateTree {
    const [first] = rest;
    switch (kind) {
      case "array":
        return { kind, values: this.#elements(rest) };
      case "map":
        return this.#map(rest);
      case "set":
        return { kind, values: distinct(rest.map((value) => this.#primitive(value))) };
      case "date": {
        const time = this.#primitive(first);
        if (typeof time === "number" && rest.length === 1) return { kind, time };
        break;
      }
      case "stateDict":
      case "reassigned":
        if (rest.length === 1) return { kind, value: this.#read(first) };
        break;
      case "tensor":
        return this.#tensor(rest);
      case "shared": {
        const tree = this.#read(rest[1]);
        if (first !== this.#shared.push(tree) - 1 || rest.length !== 2) break;
        return tree;
      }
      case "same":
        if (rest.length !== 1 || typeof first !== "number" || !(first in this.#shared)) break;
        return this.#shared[first];
      default:
        return this.#primitive([kind, ...rest]);
    }
    throw odd([kind, ...rest]);
  }

  #primitive(json: unknown): StatePrimitive {
    if (typeof json !== "object" || json === null) return json as StatePrimitive;
    const [kind, text, ...rest] = json as readonly unknown[];
    if (rest.length === 0) {
      if (kind === "undefined" && text === undefined) return undefined;
      if (kind === "bigint" && typeof text === "string" && /^(0|-?[1-9]\d*)$/.test(text))
        return BigInt(text);
      const number = kind === "number" ? specialNumbers.get(text) : undefined;
      if (number !== undefined) return number;
    }
    throw odd(json);
  }

  #elements(json: readonly unknown[]): StateTree[] {
    const values: StateTree[] = [];
    let holes = 0;
    for (const element of json) {
      const count: unknown =
        Array.isArray(element) && element[0] === "hole" && element.length === 2
          ? element[1]
          : undefined;
      if (count === undefined) {
        values.push(this.#read(element));
        continue;
      }
      holes += Number.isSafeInteger(count) ? (count as number) : Number.NaN;
      if (!(holes <= maxHoles && (count as number) > 0)) throw odd(element);
      for (let i = 0; i < (count as number); i++) values.push(hole);
    }
    return values;
  }

  #map(json: readonly unknown[]): StateTree {
    const keys = distinct(json.filter((_, i) => i % 2 === 0).map((key) => this.#primitive(key)));
    const values = json.filter((_, i) => i % 2 === 1).map((value) => this.#read(value));
    if (keys.length !== values.length) throw odd(json);
    return { kind: "map", keys, values };
  }

  #tensor(json: readonly unknown[]): TensorTree {
    const [name, more = {}] = tensorNode.parse(json);
    const isView = more.at !== undefined;
    const stored = isView ? more : this.#tensors.get(name);
    const { dtype, shape } = stored ?? {};
    const types = holdersOf(dtype);
    const type = more.array === undefined ? types[0] : arrayTypeNamed(more.array);
    const byteLength = shape && type && byteLengthOf(shape, type.size);
    const form = more.form ?? "array";
    const isFlat = form !== "tensor";
    if (
      type === undefined ||
      !types.includes(type) ||
      shape === undefined ||
      byteLength === undefined ||
      (form === "numbers" && dtype !== "F64") ||
      (form === "array" && type.dtype !== dtype) ||
      (isFlat && shape.length !== 1)
    )
      throw odd(["tensor", ...json]);
    const node = makeTensor(
      form,
      type,
      dtype as DType,
      undefined,
      byteLength,
      isFlat ? undefined : shape,
    );
    if (isView) {
      node.delta = more.at ?? 0;
      this.#views.push([node, name]);
      return node;
    }
    if (this.nodes.has(name)) throw new SyntaxError(`the tensor ${name} is referred to twice`);
    node.pad = more.pad ?? 0;
    this.nodes.set(name, node);
    return node;
  }

  #link(view: TensorTree, name: string): void {
    const owner = this.nodes.get(name);
    if (
      owner === undefined ||
      view.delta + view.byteLength > owner.byteLength ||
      (owner.pad + view.delta) % view.type.size !== 0
    )
      throw new SyntaxError(`a view is not within the tensor ${name}`);
    view.owner = owner;
  }
}

function distinct<T>(values: readonly T[]): readonly T[] {
  const set = new Set(values);
  // A Map and a Set take -0 for 0.
  if (set.size !== values.length || values.some((value) => Object.is(value, -0))) throw odd(values);
  return values;
}

function odd(json: unknown): SyntaxError {
  return new SyntaxError(`${JSON.stringify(json).slice(0, 80)} means nothing`);
}

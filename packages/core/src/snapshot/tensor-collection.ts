import { linkViews } from "./aliases.ts";
import { arrayTypes, type DType } from "./array-types.ts";
import type { TensorTree } from "./state-tree.ts";
import type { TypedArray } from "./training-state.ts";

/** What a walk has found to store. */
export interface Collected {
  /** The tensors to store, each once, the larger elements first: the order of the file. */
  readonly leaves: readonly TensorTree[];
  /** Bytes that a snapshot copies; tensor references are not among them. */
  readonly byteLength: number;
  /** The tensors in the order they were met, if the next walk may take them as they are. */
  readonly met: readonly TensorTree[];
}

/** Bytes of an array from which on only its being copied keeps it alive between two captures. */
const largeLength = 2 ** 14;

/**
 * The tensors of one walk. To find out which share a buffer is most of a capture's work, so as long
 * as the same arrays come in the same order as last time, what was found then is taken over.
 */
export class TensorCollection {
  readonly #byType: TensorTree[][] = arrayTypes.map(() => []);
  readonly #references: TensorTree[] = [];
  readonly #byBuffer = new Map<ArrayBufferLike, TensorTree>();
  readonly #views = new Map<ArrayBufferLike, TensorTree[]>();
  readonly #met: TensorTree[] = [];
  #expected: readonly TensorTree[];
  #reused = 0;
  #isFixed = true;
  #byteLength = 0;

  constructor(expected: readonly TensorTree[]) {
    this.#expected = expected;
  }

  /** The node of last time, if it is the turn of `view` and all is as it was then. */
  reuse(
    view: object,
    form: TensorTree["form"],
    dtype?: DType,
    shape?: readonly number[],
  ): TensorTree | undefined {
    const tensor = this.#expected[this.#reused];
    if (tensor === undefined || tensor.form !== form) return undefined;
    if (tensor.view !== view && tensor.remembered?.deref() !== view) return undefined;
    if (form === "tensor" && (tensor.dtype !== dtype || !isSame(tensor.shape, shape)))
      return undefined;
    if (tensor.remembered !== undefined) tensor.view = view as TypedArray;
    this.#reused++;
    this.#met.push(tensor);
    return this.push(tensor);
  }

  /** Takes in an array of the program, which may be a view into a buffer that was met before. */
  add(tensor: TensorTree, view: TypedArray): TensorTree {
    this.#stopReusing();
    const { buffer, byteLength } = view;
    const first = this.#byBuffer.get(buffer);
    if (first === undefined) {
      this.#byBuffer.set(buffer, tensor);
      // Over such a buffer an array can change its length.
      const { resizable, growable } = buffer as { resizable?: boolean; growable?: boolean };
      if (resizable === true || growable === true) this.#isFixed = false;
    } else {
      const views = this.#views.get(buffer) ?? [first];
      const same = views.find((other) => other.view === view && other.form === "array");
      if (same !== undefined && tensor.form === "array") return same;
      views.push(tensor);
      this.#views.set(buffer, views);
    }
    if (byteLength > largeLength) tensor.remembered = new WeakRef(view);
    this.#met.push(tensor);
    return this.push(tensor);
  }

  /** Takes in a tensor of which nothing else can share the bytes. */
  push(tensor: TensorTree): TensorTree {
    this.#byteLength += tensor.byteLength;
    (this.#byType[tensor.type.index] as TensorTree[]).push(tensor);
    return tensor;
  }

  addReference(tensor: TensorTree): TensorTree {
    this.#references.push(tensor);
    return tensor;
  }

  /** Everything found, or `undefined` when what was taken over turned out to be wrong. */
  finish(): Collected | undefined {
    if (this.#views.size > 0 && this.#reused > 0) return undefined;
    let byteLength = this.#byteLength;
    for (const views of this.#views.values()) {
      linkViews(views);
      for (const view of views) if (view.owner !== undefined) byteLength -= view.byteLength;
    }
    for (const tensor of this.#references) this.push(tensor);
    const tensors = this.#byType.flat();
    const leaves =
      this.#views.size > 0 ? tensors.filter(({ owner }) => owner === undefined) : tensors;
    return {
      leaves,
      byteLength,
      met: this.#isFixed && this.#views.size === 0 ? this.#met : [],
    };
  }

  release(): void {
    for (const { reference } of this.#references.splice(0)) reference?.release();
  }

  #stopReusing(): void {
    for (const tensor of this.#expected.slice(0, this.#reused)) {
      const { buffer } = tensor.view ?? {};
      if (buffer !== undefined) this.#byBuffer.set(buffer, tensor);
    }
    this.#expected = [];
  }
}

function isSame(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
  return a?.length === b?.length && a?.every((extent, i) => extent === b?.[i]) === true;
}

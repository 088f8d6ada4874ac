import type { TensorTree } from "./state-tree.ts";
import type { TypedArray } from "./training-state.ts";

/** The tensors that one walk met, each once. */
export class Leaves {
  readonly #tensors: TensorTree[] = [];
  readonly #byBuffer = new Map<ArrayBufferLike, TensorTree>();
  // Only for a buffer that was met before, which is rare: a look-up is most of what an array costs.
  readonly #sharing = new Map<ArrayBufferLike, TensorTree[]>();
  readonly #byView = new Map<TypedArray, TensorTree>();

  /** Takes in a tensor. Returns the one that stands for it, since the same array has only one. */
  add(tensor: TensorTree): TensorTree {
    const { view, form } = tensor;
    const first = view && this.#byBuffer.get(view.buffer);
    if (first) {
      if (form === "array") {
        const isFirst = first.view === view && first.form === form;
        const same = isFirst ? first : this.#byView.get(view);
        if (same) return same;
        this.#byView.set(view, tensor);
      }
      const views = this.#sharing.get(view.buffer) ?? [first];
      views.push(tensor);
      this.#sharing.set(view.buffer, views);
    } else if (view) this.#byBuffer.set(view.buffer, tensor);
    this.#tensors.push(tensor);
    return tensor;
  }

  /** Gives the references back. */
  release(): void {
    for (const { reference } of this.#tensors.splice(0)) reference?.release();
  }

  /** Those to store, the larger elements first: so each is aligned. */
  toStore(): readonly TensorTree[] {
    for (const views of this.#sharing.values()) link(views);
    const owners = this.#tensors.filter(({ owner }) => !owner);
    return owners.toSorted((a, b) => a.type.index - b.type.index);
  }
}

/**
 * Makes each view that lies within another one a part of it, so that its bytes are stored once. Views
 * that overlap only in part are stored on their own.
 */
function link(views: readonly TensorTree[]): void {
  let owner: TensorTree | undefined;
  const sorted = views.toSorted((a, b) => startOf(a) - startOf(b) || b.byteLength - a.byteLength);
  for (const tensor of sorted) {
    const delta = owner ? startOf(tensor) - startOf(owner) : 0;
    if (owner && delta + tensor.byteLength <= owner.byteLength) {
      tensor.owner = owner;
      tensor.delta = delta;
      // Typed arrays are at most 8 bytes an element: with the same remainder every view is aligned.
      owner.pad = startOf(owner) % 8;
    } else owner = tensor;
  }
}

function startOf({ view }: TensorTree): number {
  return view?.byteOffset ?? 0;
}

import { type ArrayType, arrayTypes } from "./array-types.ts";
import type { TensorTree } from "./state-tree.ts";
import type { TypedArray } from "./training-state.ts";

/** Bytes of a segment: a typed array over 4 GiB is more than some runtimes have. */
const segmentLength = 2 ** 30;
/** Bytes of a memory page on every common machine, or a part of it. */
const pageLength = 4096;

interface Writable {
  set(source: TypedArray, offset: number): void;
}

/** Memory that behaves as one long run of bytes. A multiple of 8, so no element is ever split. */
export class Segments {
  readonly #segments: ArrayBuffer[] = [];
  // For each segment a view of each type: arrays of one type are copied as they are, NaNs included.
  readonly #views: Writable[][] = [];

  /** Makes room for `byteLength` bytes. What was here before is lost. */
  reserve(byteLength: number): void {
    for (let i = 0; i * segmentLength < byteLength; i++) {
      const length = Math.min(segmentLength, Math.ceil((byteLength - i * segmentLength) / 8) * 8);
      if ((this.#segments[i]?.byteLength ?? 0) >= length) continue;
      // Let go of the old one first, so that both never take memory at once.
      this.#segments.splice(i, 1, new ArrayBuffer(0));
      this.#views.splice(i, 1, []);
      const segment = new ArrayBuffer(length);
      const bytes = new Uint8Array(segment);
      for (let at = 0; at < length; at += pageLength) bytes[at] = 1;
      this.#segments[i] = segment;
      this.#views[i] = arrayTypes.map(
        ({ construct, size }) => new construct(segment, 0, length / size) as Writable,
      );
    }
  }

  /** Copies the live arrays one after the other, and lets go of the large ones. */
  copy(leaves: readonly TensorTree[]): void {
    let at = 0;
    for (const leaf of leaves) {
      if (leaf.reference !== undefined) continue;
      const { view, type, byteLength } = leaf;
      if (view === undefined) throw new TypeError("a state was copied twice");
      const start = at % segmentLength;
      if (start + byteLength > segmentLength) this.#split(view, type, at);
      else this.#views[(at - start) / segmentLength]?.[type.index]?.set(view, start / type.size);
      at += byteLength;
      if (leaf.remembered !== undefined) leaf.view = undefined;
    }
  }

  /** The bytes from `start` to `start + length`, in as many pieces as segments hold them. */
  bytes(start: number, length: number): readonly Uint8Array[] {
    const pieces: Uint8Array[] = [];
    for (let at = start; at < start + length;) {
      const offset = at % segmentLength;
      const count = Math.min(segmentLength - offset, start + length - at);
      const segment = this.#segments[(at - offset) / segmentLength];
      if (segment !== undefined) pieces.push(new Uint8Array(segment, offset, count));
      at += count;
    }
    return pieces;
  }

  #split(view: TypedArray, { size, index }: ArrayType, start: number): void {
    for (let at = 0; at < view.length;) {
      const offset = (start + at * size) % segmentLength;
      const count = Math.min((segmentLength - offset) / size, view.length - at);
      const views = this.#views[(start + at * size - offset) / segmentLength];
      views?.[index]?.set(view.subarray(at, at + count), offset / size);
      at += count;
    }
  }
}

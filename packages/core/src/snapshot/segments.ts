import { arrayTypes, bytesOf } from "./array-types.ts";
import type { TensorTree } from "./state-tree.ts";
import type { TypedArray } from "./training-state.ts";

/** Where segments are. */
export interface SegmentMemory {
  /** Takes `byteLength` bytes from the system. */
  readonly allocate: (byteLength: number) => ArrayBufferLike;
  /** Copies bytes to as many bytes, the fastest way that there is. */
  readonly copy: (from: Uint8Array, to: Uint8Array) => void;
}

/** Bytes of a segment: a typed array over 4 GiB is more than some runtimes have. */
const segmentLength = 2 ** 30;
/** How much more is taken for a state that has grown. */
const growth = 1.125;
/** From so many bytes on, what a copy costs beside its bytes is nothing. */
const largeArray = 2 ** 16;
/** Bytes of a memory page on every common machine, or a part of it. */
const pageLength = 4096;

/** A view of a segment for each type: arrays of one type are copied as they are, NaNs included. */
type Segment = readonly {
  readonly buffer: ArrayBufferLike;
  set(source: TypedArray, at: number): void;
}[];

/** Memory that behaves as one long run of bytes. A multiple of 8, so no element is ever split. */
export class Segments {
  readonly #memory: SegmentMemory;
  readonly #segments: Segment[] = [];

  constructor(memory: SegmentMemory) {
    this.#memory = memory;
  }

  /** Makes room for `byteLength` bytes. What was here before is lost. */
  reserve(byteLength: number): void {
    for (let i = 0; i * segmentLength < byteLength; i++) {
      const needed = Math.min(segmentLength, byteLength - i * segmentLength);
      const held = this.#segments[i]?.[0]?.buffer.byteLength ?? 0;
      if (held >= needed) continue;
      // What has grown may grow at every save, such as a list of losses.
      const wanted = held > 0 ? Math.min(segmentLength, needed * growth) : needed;
      const length = Math.ceil(wanted / 8) * 8;
      // Let go of the old one first, so that both never take memory at once.
      this.#segments[i] = [];
      const buffer = this.#memory.allocate(length);
      const bytes = new Uint8Array(buffer);
      for (let at = 0; at < length; at += pageLength) bytes[at] = 1;
      this.#segments[i] = arrayTypes.map(
        ({ construct, size }) => new construct(buffer, 0, length / size) as never,
      );
    }
  }

  /** Copies the live array of a leaf to the bytes from `at` on. Throws if it was transferred. */
  set(at: number, { type, byteLength }: TensorTree, view: TypedArray): void {
    if (byteLength >= largeArray) return this.put(at, bytesOf(view));
    for (const end = at + byteLength; at < end;) {
      const offset = at % segmentLength;
      const start = view.length - (end - at) / type.size;
      const length = Math.min(end - at, segmentLength - offset) / type.size;
      const part = length < view.length ? view.subarray(start, start + length) : view;
      this.#segments[(at - offset) / segmentLength]?.[type.index]?.set(part, offset / type.size);
      at += length * type.size;
    }
  }

  /** Copies bytes to those from `at` on. */
  put(at: number, bytes: Uint8Array): void {
    let from = 0;
    for (const piece of this.bytes(at, bytes.length))
      this.#memory.copy(bytes.subarray(from, (from += piece.length)), piece);
  }

  /** The bytes from `start` to `start + length`, in as many pieces as segments hold them. */
  bytes(start: number, length: number): readonly Uint8Array[] {
    const offset = start % segmentLength;
    const count = Math.min(segmentLength - offset, length);
    const segment = this.#segments[(start - offset) / segmentLength]?.[0];
    if (segment === undefined || count === 0) return [];
    const piece = new Uint8Array(segment.buffer, offset, count);
    return count < length ? [piece, ...this.bytes(start + count, length - count)] : [piece];
  }
}

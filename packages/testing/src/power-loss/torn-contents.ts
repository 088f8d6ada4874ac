import { digestOf } from "./disk-image.ts";
import { resized } from "./disk-tree.ts";

/** What a disk may hold of a file: its bytes, and in words what of them was lost, if anything. */
export interface FileState {
  readonly data: Uint8Array;
  readonly lost: string | undefined;
}

/** The unit in which kernels write file data. */
const blockBytes = 4096;

/**
 * Everything that may be left of a file whose bytes went through `versions` since it was last durable,
 * as the first of them: the last one whole, any earlier one whole, and the last one with 4 KiB blocks
 * missing (each one alone, all but one, all after one, all), the size being there or not. Where a
 * block is missing the disk has what was there before, zeros where there was nothing, or, with
 * `garbage`, anything.
 */
export function tornContents(
  versions: readonly Uint8Array[],
  { garbage }: { readonly garbage: boolean },
): readonly FileState[] {
  const base = versions[0] ?? new Uint8Array();
  const last = versions.at(-1) ?? base;
  const states: FileState[] = [{ data: last, lost: undefined }];
  for (const [index, data] of versions.slice(0, -1).entries()) {
    states.push({ data, lost: `${versions.length - 1 - index} last changes` });
  }
  const changed = changedBlocks(base, last);
  const count = Math.ceil(last.length / blockBytes);
  for (let end = 0; end < count; end += 1) {
    const data = last.slice(0, end * blockBytes);
    if (data.length > base.length) states.push({ data, lost: `all from block ${end} on` });
  }
  if (last.length > base.length) {
    states.push({ data: last.slice(0, base.length), lost: "its new size" });
  }
  const missings = changed.flatMap((block, index) => [
    [block],
    changed.filter((other) => other !== block),
    changed.slice(index),
  ]);
  for (const fill of garbage ? (["old", "garbage"] as const) : (["old"] as const)) {
    for (const missing of missings) {
      const lost = `blocks ${missing.join(", ")}${fill === "old" ? "" : ", garbage in their place"}`;
      states.push({ data: withoutBlocks(base, last, missing, fill), lost });
    }
  }
  return distinct(states);
}

/** What a kill may leave of a write that was under way: its first blocks. */
export function interruptedWrites(
  before: Uint8Array,
  offset: number,
  data: Uint8Array,
): readonly FileState[] {
  const states: FileState[] = [];
  for (let end = nextBlock(offset); end < offset + data.length; end = nextBlock(end)) {
    const partial = resized(before, Math.max(before.length, end));
    partial.set(data.subarray(0, end - offset), offset);
    states.push({ data: partial, lost: `its bytes from ${end} on` });
  }
  return states;
}

function nextBlock(offset: number): number {
  return (Math.floor(offset / blockBytes) + 1) * blockBytes;
}

function changedBlocks(base: Uint8Array, last: Uint8Array): number[] {
  const count = Math.ceil(last.length / blockBytes);
  return Array.from({ length: count }, (_, block) => block).filter((block) => {
    const [start, end] = [block * blockBytes, (block + 1) * blockBytes];
    return digestOf(base.slice(start, end)) !== digestOf(last.slice(start, end));
  });
}

function withoutBlocks(
  base: Uint8Array,
  last: Uint8Array,
  missing: readonly number[],
  fill: "old" | "garbage",
): Uint8Array {
  const data = last.slice();
  for (const block of missing) {
    const [start, end] = [block * blockBytes, Math.min((block + 1) * blockBytes, last.length)];
    for (let at = start; at < end; at += 1) {
      data[at] = fill === "old" ? (base[at] ?? 0) : (at * 151 + 89) & 0xff;
    }
  }
  return data;
}

function distinct(states: readonly FileState[]): FileState[] {
  const byDigest = new Map<string, FileState>();
  for (const state of states) {
    const digest = digestOf(state.data);
    if (!byDigest.has(digest)) byDigest.set(digest, state);
  }
  return [...byDigest.values()];
}

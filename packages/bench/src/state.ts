import { randomFillSync } from "node:crypto";

/** The arrays of a training state, by name. */
export type Tensors = Readonly<Record<string, Float32Array>>;

/** `count` tensors of random bits, `bytes` in all, or a little less. */
export function createTensors(count: number, bytes: number): Tensors {
  const length = Math.floor(bytes / count / Float32Array.BYTES_PER_ELEMENT);
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const tensor = new Float32Array(length);
      fillRandomly(new Uint8Array(tensor.buffer));
      return [`tensor${index}`, tensor];
    }),
  );
}

/** What can be drawn at once is limited. */
const mostAtOnce = 2 ** 30;

function fillRandomly(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += mostAtOnce)
    randomFillSync(bytes.subarray(at, at + mostAtOnce));
}

export function byteLengthOf(tensors: Tensors): number {
  return Object.values(tensors).reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** What training does to its state between two saves: each tensor changes. */
export function change(tensors: Tensors): void {
  for (const tensor of Object.values(tensors)) tensor[0] = (tensor[0] ?? 0) + 1;
}

/** Copies the tensors into memory that was touched before, as fast as this runtime can. */
export function createCopier(tensors: Tensors): () => void {
  const all = Object.values(tensors);
  const length = all.reduce((sum, tensor) => sum + tensor.length, 0);
  const target = new Float32Array(length).fill(1);
  return () => {
    let offset = 0;
    for (const tensor of all) {
      target.set(tensor, offset);
      offset += tensor.length;
    }
  };
}

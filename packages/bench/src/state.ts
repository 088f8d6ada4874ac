/** `count` tensors of random numbers, `bytes` in all. */
export function createTensors(count: number, bytes: number): Record<string, Float32Array> {
  const length = Math.floor(bytes / count / 4);
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `tensor${index}`,
      new Float32Array(length).map(() => Math.random()),
    ]),
  );
}

/** What training does to its state between two saves: every number changes. */
export function change(tensors: Record<string, Float32Array>): void {
  for (const tensor of Object.values(tensors)) tensor[0] = (tensor[0] ?? 0) + 1;
}

/**
 * An array of `length` zeros in shared memory, which a thread can copy while the loop computes: see
 * `beforeUpdate()`. An ordinary array where the runtime has no shared memory, such as a page that is not
 * cross-origin isolated. Node's `fs`, WebAssembly and TypedArray methods take it like any other.
 */
export function sharedFloat32Array(length: number): Float32Array {
  const byteLength = length * Float32Array.BYTES_PER_ELEMENT;
  return typeof SharedArrayBuffer === "undefined"
    ? new Float32Array(length)
    : new Float32Array(new SharedArrayBuffer(byteLength));
}

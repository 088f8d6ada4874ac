// Not known to the types of the language version that packages are compiled for.
interface GrowableConstructor {
  new (byteLength: number, options: { readonly maxByteLength: number }): SharedArrayBuffer;
}

/**
 * Shared memory that begins at a page, as writing past the cache of the system asks for: memory that could
 * grow is mapped in pages. Where there is none of that kind, it begins anywhere.
 */
export function allocateShared(byteLength: number): SharedArrayBuffer {
  try {
    const Growable = SharedArrayBuffer as unknown as GrowableConstructor;
    return new Growable(byteLength, { maxByteLength: byteLength });
  } catch {
    return new SharedArrayBuffer(byteLength);
  }
}

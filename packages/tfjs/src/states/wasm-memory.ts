import type { DataId } from "@tensorflow/tfjs-core";

/** What of the wasm backend tells where a tensor lies in its memory. */
interface WasmBackend {
  readonly wasm?: { readonly HEAPU8?: Uint8Array };
  readonly dataIdMap?: {
    get(dataId: DataId): { readonly memoryOffset?: unknown } | undefined;
  };
}

/**
 * The bytes of a tensor in the memory of the wasm backend, which `data()` would copy into memory that was
 * never touched before. Only valid until that memory grows: read them at once. `undefined` on any other
 * backend, or where they are not found as in tfjs 4.22.
 */
export function bytesInWasm(
  backend: object,
  dataId: DataId,
  byteLength: number,
): Uint8Array | undefined {
  const { wasm, dataIdMap } = backend as WasmBackend;
  const heap = wasm?.HEAPU8;
  if (!heap || typeof dataIdMap?.get !== "function") return undefined;
  const offset = dataIdMap.get(dataId)?.memoryOffset;
  const isInside = typeof offset === "number" && offset + byteLength <= heap.length;
  return isInside ? heap.subarray(offset, offset + byteLength) : undefined;
}

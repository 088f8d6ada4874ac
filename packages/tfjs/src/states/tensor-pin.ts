import type { TensorReference } from "@reprise/core";
import { engine, keep, type Tensor } from "@tensorflow/tfjs-core";
import { type GraphicsBackend, readTensor } from "./read-tensor.ts";
import { inOwnArray, storableTypeOf } from "./storable.ts";
import { unsavable } from "./unsavable.ts";
import { bytesInWasm } from "./wasm-memory.ts";

/** Holds the values that a tensor has now. `path` is for messages. */
export function pinOf(tensor: Tensor, path: string, frozen: boolean): TensorReference {
  if (tensor.isDisposed) {
    throw unsavable(path, "it is disposed", "Dispose of what is trained only after the training.");
  }
  const { dtype } = storableTypeOf(tensor.dtype, path);
  const { backend, shared } = sharing(tensor, path);
  const { dataId, size, dtype: type } = shared;
  const byteLength = size * storableTypeOf(type, path).array.BYTES_PER_ELEMENT;
  return {
    dtype,
    shape: [...tensor.shape],
    frozen,
    read: async () => inOwnArray(await readTensor(shared, path, { backend }), tensor.dtype, path),
    peek: () => bytesInWasm(backend, dataId, byteLength),
    release: () => shared.dispose(),
  };
}

/**
 * Another tensor of the same values. `clone()` would copy them on the wasm backend, and a variable
 * would use up a name and be disposed by `disposeVariables()`.
 */
function sharing(
  { dataId, shape, dtype }: Tensor,
  path: string,
): { backend: GraphicsBackend; shared: Tensor } {
  const tracker = engine();
  const info = tracker.state.tensorInfo.get(dataId);
  if (!info) throw unsavable(path, "tfjs does not know its values", "Was the engine reset?");
  const { backend } = info;
  const shared = keep(tracker.makeTensorFromDataId(dataId, shape, dtype, backend));
  backend.incRef(dataId);
  return { backend: backend as GraphicsBackend, shared };
}

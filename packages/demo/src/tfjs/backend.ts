import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { setBackend } from "@tensorflow/tfjs-core";

/** Has TensorFlow.js compute on WebAssembly, or throws: it would go on with a slower backend silently. */
export async function useWasm(): Promise<void> {
  const { resolve } = createRequire(import.meta.url);
  setWasmPaths(dirname(resolve("@tensorflow/tfjs-backend-wasm")) + sep);
  if (!(await setBackend("wasm"))) throw new Error("The wasm backend could not be started.");
}

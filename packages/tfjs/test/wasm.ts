import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setBackend } from "./tf.ts";

/** The folder with the files of the wasm backend. A bundled program has to be told. */
export function wasmFiles(): string {
  const main = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  return join(dirname(main), "/");
}

/** Has tfjs compute on wasm, or throws: it would go on with another backend silently. */
export async function useWasm(files: string = wasmFiles()): Promise<void> {
  // Once loaded, it would come before the cpu backend.
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(files);
  if (!(await setBackend("wasm"))) throw new Error("The wasm backend could not be started.");
}

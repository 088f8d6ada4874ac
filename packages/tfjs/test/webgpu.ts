import { setBackend } from "./tf.ts";

/** Has tfjs compute on WebGPU, or throws: it would go on with a slower backend silently. */
export async function useWebgpu(): Promise<void> {
  const { create, globals } = await import("webgpu");
  Object.assign(globalThis, globals);
  const navigator = { gpu: create([]) };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  // It looks for a GPU when it is loaded.
  await import("@tensorflow/tfjs-backend-webgpu");
  if (!(await setBackend("webgpu"))) throw new Error("The webgpu backend could not be started.");
}

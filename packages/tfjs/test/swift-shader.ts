import { existsSync } from "node:fs";

const chromium = "/usr/lib/chromium";

/**
 * The environment of a process in which WebGPU is computed by SwiftShader, the GPU in software that comes with
 * Debian's chromium. Throws where there is none: no test of WebGPU passes on another backend.
 */
export function swiftShader(): Readonly<Record<string, string>> {
  const driver = `${chromium}/vk_swiftshader_icd.json`;
  if (!existsSync(driver)) {
    throw new Error(`${driver} is absent. Install it: node .ci/system-packages.mjs chromium`);
  }
  return { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: chromium };
}

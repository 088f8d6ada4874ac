// Runs one recipe in a process of its own: `run-recipe.ts <name> <folder>`. Its checkpoints go to
// `<folder>/backup`, what it gives to `<folder>/result`.
import { join } from "node:path";
import { serialize } from "node:v8";
import { directory, exportFile } from "@reprise/node";

const recipes = {
  "jax-js": async () => (await import("./jax-js.ts")).trainWithJax,
  "learning-rate": async () => {
    const { trainWithPlateaus } = await import("./learning-rate.ts");
    const { useWasm } = await import("../../src/tfjs/backend.ts");
    await useWasm();
    return trainWithPlateaus;
  },
  webgpu: async () => (await import("./webgpu.ts")).trainOnGpu,
};

const [name, folder = "."] = process.argv.slice(2);
const recipe = await recipes[name as keyof typeof recipes]();
const result = await recipe({ store: directory(join(folder, "backup")) });
await exportFile(join(folder, "result"), serialize(result));

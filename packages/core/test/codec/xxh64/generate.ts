// Compiles `xxh64.wat` to the constant in `xxh64-module.ts`. Run it after a change there:
//
//   node --conditions=@reprise/source --import ./.ci/typescript.mjs packages/core/test/codec/xxh64/generate.ts
import { writeFile } from "node:fs/promises";
import { compileXxh64 } from "./compile.ts";

await writeFile(
  new URL("../../../src/codec/xxh64-module.ts", import.meta.url),
  `/** \`xxh64.wat\`, compiled. Two digits for a byte: base64 is shorter, but longer once compressed. */
export const xxh64Module: string =
  "${await compileXxh64()}";
`,
);

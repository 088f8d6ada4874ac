import { readFile } from "node:fs/promises";
import wabt from "wabt";

const source = new URL("../../../src/codec/xxh64.wat", import.meta.url);

/** What `xxh64.wat` compiles to, in hexadecimal. */
export async function compileXxh64(): Promise<string> {
  const toolkit = await wabt();
  const module = toolkit.parseWat("xxh64.wat", await readFile(source));
  try {
    module.validate();
    return Buffer.from(module.toBinary({}).buffer).toString("hex");
  } finally {
    module.destroy();
  }
}

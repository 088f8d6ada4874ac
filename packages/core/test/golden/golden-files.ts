import { readdirSync, readFileSync } from "node:fs";
import type { File } from "../codec/checkpoint-file.ts";

const directory = new URL("version-1/", import.meta.url);

/** The bytes of a golden file, such as `in-batches` or `mutilated/gap`. */
export function readGolden(name: string): File {
  return new Uint8Array(readFileSync(new URL(`${name}.safetensors`, directory)));
}

/** The names of all golden files, those in `mutilated` included. */
export function goldenNames(): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".safetensors"))
    .map((path) => path.slice(0, -".safetensors".length).replaceAll("\\", "/"))
    .toSorted();
}

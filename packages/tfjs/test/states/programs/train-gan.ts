import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { serialize } from "node:v8";
import { directory } from "@reprise/node";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "../../tf.ts";
import { trainGan } from "../gan.ts";

const [folder = "", binaries = ""] = process.argv.slice(2);

setWasmPaths(binaries);
if (!(await tf.setBackend("wasm"))) throw new Error("There is no wasm backend.");
const result = await trainGan({ store: directory(join(folder, "backup")) });
await writeFile(join(folder, "result"), serialize(result));

// Runs one of the trainings in a process of its own: `train-dataset.ts <name> <folder>`. Its checkpoints go
// to `<folder>/backup`, what it gives to `<folder>/outcome`.
import { join } from "node:path";
import { serialize } from "node:v8";
import { directory, exportFile } from "@reprise/node";
import { trainings } from "./trainings.ts";

const [name = "", folder = ""] = process.argv.slice(2);
const outcome = await trainings[name]?.({ store: directory(join(folder, "backup")) });
await exportFile(join(folder, "outcome"), serialize(outcome));

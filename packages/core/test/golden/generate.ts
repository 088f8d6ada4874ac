// Writes the golden checkpoints of this version of the format. They are never to change: a reader of
// any later version has to read these very bytes. Run it only to add one:
//
//   node --conditions=@reprise/source --import tsx packages/core/test/golden/generate.ts
//
// When the version of the format grows, `version-1` stays as it is and its states become those that
// the tests read; the new version gets a folder and a generator of its own.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { makeGoldens } from "./goldens.ts";

const directory = new URL("version-1/", import.meta.url);

await rm(directory, { recursive: true, force: true });
await mkdir(new URL("mutilated/", directory), { recursive: true });
for (const [path, bytes] of await makeGoldens()) await writeFile(new URL(path, directory), bytes);

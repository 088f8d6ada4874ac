import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Protocol } from "./life.ts";

/** One change of a file of the protocol: the text that stands there, once, and what is there instead. */
export interface Edit {
  readonly file: "protocol.ts" | "recover.ts";
  readonly from: string;
  readonly to: string;
}

const source = fileURLToPath(new URL("../../../src/", import.meta.url));

/** The protocol with all `edits` made to it. Throws if the text of one of them does not stand there once. */
export async function mutateProtocol(edits: readonly Edit[]): Promise<Protocol> {
  const folder = join(source, "checkpoint");
  const copy = await mkdtemp(join(await realpath(tmpdir()), "reprise-mutant-"));
  try {
    for (const file of await readdir(folder)) {
      const text = await readFile(join(folder, file), "utf8");
      const changed = edits.filter((edit) => edit.file === file).reduce(change, text);
      // Only what belongs to the protocol is copied; the rest is the code that everybody else has.
      const outside = changed.replaceAll('from "../', `from "${source}`);
      await writeFile(join(copy, file), outside);
    }
    const { claim, commit, complete, release } = (await import(join(copy, "protocol.ts"))) as Omit<
      Protocol,
      "recover"
    >;
    const { recover } = (await import(join(copy, "recover.ts"))) as Pick<Protocol, "recover">;
    return { claim, commit, complete, release, recover };
  } finally {
    await rm(copy, { recursive: true });
  }
}

function change(text: string, { file, from, to }: Edit): string {
  const parts = text.split(from);
  if (parts.length === 2) return parts.join(to);
  throw new Error(`Expected once in ${file}, found ${parts.length - 1} times:\n${from}`);
}

import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { byteLengthOf } from "../state.ts";
import type { Peer } from "./peer.ts";

// Debian's, whatever other Python there is.
const python = "/usr/bin/python3";
const root = fileURLToPath(new URL("../../../..", import.meta.url));
const program = fileURLToPath(new URL("torch-save.py", import.meta.url));

/** `torch.save` of Debian's PyTorch, which is installed if need be. None where it cannot be had. */
export function installTorch(): readonly Peer[] {
  spawnSync(process.execPath, [".ci/system-packages.mjs", "python3-torch"], {
    cwd: root,
    stdio: "inherit",
  });
  const source = "import torch; print(torch.__version__)";
  const { status, stdout } = spawnSync(python, ["-c", source], { encoding: "utf8" });
  if (status !== 0) {
    console.log("torch.save is not measured: python3-torch is not installed.");
    return [];
  }
  const version = stdout.trim();
  if (Number.parseInt(version) < 2)
    console.log(`torch ${version} has no distributed checkpoints: only torch.save is measured.`);
  return [
    torchSave(`torch.save (${version})`, "neither", "plain"),
    torchSave("torch.save + fsync", "power loss, but no kill in the next save", "fsync"),
  ];
}

function torchSave(name: string, survives: string, mode: "plain" | "fsync"): Peer {
  return {
    name,
    survives,
    async open(folder, tensors) {
      const count = Object.keys(tensors).length;
      const args = [program, join(folder, "torch.pt"), count, byteLengthOf(tensors), mode];
      const child = spawn(python, args.map(String), { stdio: ["pipe", "pipe", "inherit"] });
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const answer = async (): Promise<string> => {
        const { value } = (await lines.next()) as { readonly value: string | undefined };
        if (value === undefined) throw new Error("python3 has ended; see its message above.");
        return value;
      };
      await answer();
      return {
        async save() {
          child.stdin.write("save\n");
          return 1000 * Number(await answer());
        },
        async close() {
          child.stdin.end();
        },
      };
    },
  };
}

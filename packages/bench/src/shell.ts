import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * One shell for all commands. A process that starts another has its memory marked for copying on the
 * next write: a save that is timed right after starting `dd` would pay for that.
 */
export interface Shell {
  run(command: string): Promise<void>;
  close(): void;
}

export function openShell(): Shell {
  const child = spawn("sh", { stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(command) {
      child.stdin.write(`${command}\necho $?\n`);
      const { value: status } = (await lines.next()) as { readonly value: string };
      if (status !== "0") throw new Error(`${command} ended with ${status}`);
    },
    close() {
      child.stdin.end();
    },
  };
}

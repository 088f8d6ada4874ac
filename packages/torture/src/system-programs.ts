import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The first of `programs` that is not on the `PATH`. */
export function findMissing(programs: readonly string[]): string | undefined {
  return programs.find((program) => !isInstalled(program));
}

function isInstalled(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

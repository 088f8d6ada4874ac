import { join } from "node:path";
import { bundleProgram } from "../bundle-program.ts";

/** Where races take place, and what races. */
export interface RaceGround {
  /** Gets a folder for each race. */
  readonly folder: string;
  /** The program of all racers, as a file that Node runs as it is. */
  readonly program: string;
}

/** What races on a ground. */
export interface RaceGroundOptions {
  /** @default the training on a directory */
  readonly program?: URL;
  /** Of which conditions in the `exports` of packages use is made; by default they are the built ones. */
  readonly conditions?: readonly string[];
}

/** Makes `folder` ready for races. */
export async function openRaceGround(
  folder: string,
  {
    program = new URL("./race-program.ts", import.meta.url),
    conditions = [],
  }: RaceGroundOptions = {},
): Promise<RaceGround> {
  const outfile = join(folder, "racer.mjs");
  await bundleProgram(program, outfile, conditions);
  return { folder, program: outfile };
}

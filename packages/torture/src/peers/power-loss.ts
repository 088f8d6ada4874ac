import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CrashState, DiskImage, materialise, powerLosses } from "@reprise/testing/node";
import { attachStrace } from "../races/file-thread.ts";
import { holdRace } from "../races/race.ts";
import type { RaceGround } from "../races/race-ground.ts";
import { recordedCalls, toDiskOperations } from "../strace/disk-operations.ts";
import { parseTrace, type TracedCall } from "../strace/trace-log.ts";
import { type Outcome, type PeerFault, startAgain } from "./peer-fault.ts";

/** So many of the directories that a power loss may leave, evenly spread over all. */
const mostTrials = 80;

/** Power is lost while the first saves are made: every training is started on what may be left. */
export const powerLoss: PeerFault = {
  name: "power loss",
  about: "saves",
  needs: ["strace"],
  async plan(ground) {
    const states = await statesAfterLoss(ground);
    const stride = Math.max(1, states.length / mostTrials);
    return Array.from({ length: Math.floor(states.length / stride) }, (_, index) => {
      return () => restartOn(ground, states[Math.floor(index * stride)]);
    });
  },
};

function statesAfterLoss(ground: RaceGround): Promise<CrashState[]> {
  return holdRace(ground, async (race) => {
    const racer = race.start("first", { gates: [6] });
    await racer.reached("ready");
    const log = join(race.folder, "strace");
    const trace = ["-f", "-y", "-xx", "-s", "10000000", "-e", `trace=${recordedCalls.join(",")}`];
    await attachStrace(String(racer.pid()), [...trace, "-o", log]);
    racer.go();
    await racer.reached("gate");
    const calls = withOffsets(parseTrace(await readFile(log, "utf8")));
    const recording = { folder: race.folder, from: new DiskImage(), account: "/journal" };
    return [...powerLosses(toDiskOperations(calls, recording), "posix")];
  });
}

/** Tells of each write where in the file it begins, which `write` itself does not say. */
function withOffsets(calls: readonly TracedCall[]): TracedCall[] {
  const offsets = new Map<string, number>();
  return calls.map((call) => {
    const { name, args, result } = call;
    if (name === "openat") offsets.set(Number.parseInt(result, 10).toString(), 0);
    const descriptor = Number.parseInt(args, 10).toString();
    if (name !== "write" || args.includes(hexadecimal("/journal"))) return call;
    const offset = offsets.get(descriptor) ?? 0;
    offsets.set(descriptor, offset + Number(result));
    return { ...call, name: "pwrite64", args: `${args}, ${offset}` };
  });
}

function hexadecimal(text: string): string {
  return [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}

function restartOn(ground: RaceGround, state: CrashState | undefined): Promise<Outcome> {
  return holdRace(ground, async (race) => {
    if (state === undefined) return "missed";
    const nodes = [...state.image.nodes].filter(([path]) => path !== "/journal");
    await materialise(new DiskImage(nodes), race.folder);
    const saved = state.marks.filter((mark) => mark.startsWith("first saved"));
    await writeFile(join(race.folder, "journal"), `${saved.join("\n")}\n`);
    return startAgain(ground, race);
  });
}

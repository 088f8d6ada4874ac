import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { keyedRandom } from "@reprise/core";
import { type StopPoint, stopPoints, watchFileThread } from "../races/file-thread.ts";
import { endByForce, holdRace } from "../races/race.ts";
import type { RaceGround } from "../races/race-ground.ts";
import type { Racer } from "../races/racer.ts";
import { type Outcome, type PeerFault, startAgain } from "./peer-fault.ts";

const random = keyedRandom(1);

/** Right after each of the first three saves. */
const afterSaves = [2, 4, 6];

/** What a training does on its directory until three saves are done. */
function callsOfSaves(ground: RaceGround): Promise<StopPoint[]> {
  return holdRace(ground, async (race) => {
    const racer = race.start("first", { gates: [6] });
    const thread = await watchFileThread(racer, race.folder);
    racer.go();
    await racer.reached("gate");
    return stopPoints(thread.calls(), race.folder);
  });
}

const killAtCalls: PeerFault = {
  name: "SIGKILL at every call on the directory",
  about: "saves",
  needs: ["strace"],
  async plan(ground) {
    const points = await callsOfSaves(ground);
    return points.map((point) => () => killAt(ground, point));
  },
};

function killAt(ground: RaceGround, point: StopPoint): Promise<Outcome> {
  return holdRace(ground, async (race) => {
    const racer = race.start("first", { gates: [6] });
    await watchFileThread(racer, race.folder, point, "signal=SIGKILL");
    racer.go();
    if ((await racer.reachedOrEnded("gate")) === "reached") return "missed";
    const { signal } = await racer.ended;
    return signal === "SIGKILL" ? startAgain(ground, race) : "missed";
  });
}

const randomKills: PeerFault = {
  name: "SIGKILL at a random time",
  about: "saves",
  plan: async (ground) =>
    Array.from({ length: 30 }, (_, index) => () => {
      return holdRace(ground, async (race): Promise<Outcome> => {
        const racer = race.start("first");
        await racer.reached("ready");
        racer.go();
        await new Promise((resolve) => setTimeout(resolve, random("kill", index).next() * 60));
        endByForce(racer);
        const { signal } = await racer.ended;
        return signal === "SIGKILL" ? startAgain(ground, race) : "missed";
      });
    }),
};

const lyingWrites: PeerFault = {
  name: "write that reports success and stores nothing",
  about: "saves",
  needs: ["strace"],
  async plan(ground) {
    const points = await callsOfSaves(ground);
    return points
      .filter(({ name }) => /^p?writev?(64)?$/.test(name))
      .map((point) => () => lieAt(ground, point));
  },
};

function lieAt(ground: RaceGround, point: StopPoint): Promise<Outcome> {
  return holdRace(ground, async (race) => {
    const racer = race.start("first", { gates: afterSaves });
    const effect = `retval=${point.returned}`;
    const thread = await watchFileThread(racer, race.folder, point, effect);
    racer.go();
    for (const gate of afterSaves) {
      if ((await racer.reachedOrEnded(`gate ${gate}`)) === "ended" || thread.wasStruck()) break;
      racer.go();
    }
    // A lease may be a byte longer than it was, and the rest would be written after all.
    const struck = thread.calls().find(({ name, nth }) => name === point.name && nth === point.nth);
    if (struck === undefined || askedFor(struck.text) !== point.returned) return "missed";
    await kill(racer);
    return startAgain(ground, race);
  });
}

/** The number of bytes that a call was to write. */
function askedFor(text: string): number {
  const pieces = [...text.matchAll(/iov_len=(\d+)/g)].map(([, bytes]) => Number(bytes));
  if (pieces.length > 0) return pieces.reduce((sum, bytes) => sum + bytes, 0);
  return Number(/, (\d+)(?:, \d+)?\) += /.exec(text)?.[1]);
}

const fullDisk: PeerFault = {
  name: "full disk (tmpfs)",
  about: "saves",
  needs: ["unshare", "nsenter"],
  plan: async (ground) =>
    Array.from({ length: 12 }, (_, index) => () => trainOnDisk(ground, 76 + 8 * index)),
};

/** Trains on a disk of so many KiB; when it is started again, there is room. */
function trainOnDisk(ground: RaceGround, kilobytes: number): Promise<Outcome> {
  return holdRace(ground, async (race) => {
    await mkdir(race.backup);
    const mount = `mount -t tmpfs -o size=${kilobytes}k tmpfs "$0" && echo && exec sleep 1000`;
    const disk = spawn("unshare", ["-rm", "sh", "-c", mount, race.backup], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await once(disk.stdout, "data");
      const within = ["nsenter", "--target", `${disk.pid}`, "--user", "--mount"];
      within.push("--preserve-credentials", `--wd=${process.cwd()}`);
      const racer = race.start("first", { gates: [9], within });
      racer.go();
      await racer.reachedOrEnded("gate");
      await kill(racer);
      const [nsenter = "", ...options] = within;
      execFileSync(nsenter, [...options, "mount", "-o", "remount,size=10m", race.backup]);
      return await startAgain(ground, race, { within });
    } finally {
      disk.kill("SIGKILL");
    }
  });
}

const fileSizeLimit: PeerFault = {
  name: "short write, then a file-size limit",
  about: "saves",
  needs: ["prlimit"],
  plan: async (ground) =>
    Array.from({ length: 12 }, (_, index) => () => {
      return holdRace(ground, async (race): Promise<Outcome> => {
        const racer = race.start("first", { gates: [5, 9] });
        racer.go();
        await racer.reached("gate 5");
        const limit = 4096 * (index + 1);
        execFileSync("prlimit", ["--pid", `${racer.pid()}`, `--fsize=${limit}:${limit}`]);
        racer.go();
        await racer.reachedOrEnded("gate 9");
        await kill(racer);
        return startAgain(ground, race);
      });
    }),
};

const bitFlips: PeerFault = {
  name: "one flipped bit in a saved file",
  about: "saves",
  async plan(ground) {
    const past = join(ground.folder, "past");
    await holdRace(ground, async (race) => {
      const racer = race.start("first", { gates: [9] });
      racer.go();
      await racer.reached("gate");
      await kill(racer);
      await race.leave(past);
    });
    return Array.from({ length: 30 }, (_, index) => () => flipBit(ground, past, index));
  },
};

/** An error is right here, a wrong result is not. */
function flipBit(ground: RaceGround, past: string, index: number): Promise<Outcome> {
  return holdRace(ground, async (race) => {
    await race.goOnFrom(past);
    const stream = random("flip", index);
    const names = (await readdir(race.backup)).toSorted();
    const path = join(race.backup, names[Math.floor(stream.next() * names.length)] ?? "");
    const bytes = await readFile(path);
    const bit = Math.floor(stream.next() * bytes.length * 8);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await writeFile(path, bytes);
    return startAgain(ground, race, { mayRefuse: true });
  });
}

async function kill(racer: Racer): Promise<void> {
  try {
    racer.signal("SIGKILL");
  } catch {
    // It has ended by itself.
  }
  await racer.ended;
}

export const saveFaults: readonly PeerFault[] = [
  killAtCalls,
  randomKills,
  fullDisk,
  fileSizeLimit,
  lyingWrites,
  bitFlips,
];

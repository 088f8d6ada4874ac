import type { Edit } from "./mutate-protocol.ts";
import type { Promised } from "./promises.ts";
import {
  afterKill,
  completing,
  keeping,
  releasing,
  sameThread,
  scenario,
  withoutLease,
} from "./scenarios.ts";
import type { Scenario } from "./world.ts";

/** A step of the protocol that is left out, and the promise that is broken without it. */
export interface LeftOut {
  readonly edits: readonly Edit[];
  /** As small as it shows. */
  readonly scenario: Scenario;
  readonly breaks: Promised;
}

const inProtocol = (from: string, to: string): Edit => ({ file: "protocol.ts", from, to });
const inRecover = (from: string, to: string): Edit => ({ file: "recover.ts", from, to });

const twoRuns = scenario([completing, completing]);
const twoReleasing = scenario([releasing, releasing]);
// What is visible before it is durable can be seen too early.
const twoInThread = scenario([releasing, releasing], { powerLosses: 1 }, sameThread);
const failing = scenario([releasing], { failures: 1, powerLosses: 1 });

export const leftOut: Readonly<Record<string, LeftOut>> = {
  "list only after the claim": {
    edits: [
      inProtocol(
        "nextSequence: 1, newest: undefined }",
        "nextSequence: 1, newest: undefined, checkpoints } as Hold",
      ),
      inProtocol(
        "  const { checkpoint: checkpoints } = await listEntries(hold.store);\n  return checkpoints.filter",
        '  const early = hold as Hold & { checkpoints?: Listing["checkpoint"] };\n' +
          "  const { checkpoint: checkpoints } = early.checkpoints ? { checkpoint: early.checkpoints } : await listEntries(hold.store);\n" +
          "  delete early.checkpoints;\n  return checkpoints.filter",
      ),
    ],
    scenario: twoRuns,
    breaks: "an acknowledged save is lost",
  },
  "check before creating": {
    edits: [
      inProtocol(
        "  await requireHeld(hold);\n  const entry = await createNext",
        "  const entry = await createNext",
      ),
    ],
    scenario: twoRuns,
    breaks: "a superseded run writes",
  },
  "check again after creating": {
    edits: [
      inProtocol(
        "const listing = await requireHeld(hold);",
        "const listing = await listEntries(hold.store);",
      ),
    ],
    scenario: twoRuns,
    breaks: "a superseded run acknowledges",
  },
  "acknowledge only after the second check": {
    edits: [
      inProtocol(
        "  const listing = await requireHeld(hold);\n",
        "  options.onAcknowledged?.(entry);\n  const listing = await requireHeld(hold);\n",
      ),
      inProtocol(
        "  hold.newest = entry;\n  options.onAcknowledged?.(entry);\n",
        "  hold.newest = entry;\n",
      ),
    ],
    scenario: twoRuns,
    breaks: "an acknowledged save is lost",
  },
  "remove older ones only after the acknowledgement": {
    edits: [
      inProtocol(
        "  const listing = await requireHeld(hold);\n",
        "  const { checkpoint: checkpoints } = await listEntries(hold.store);\n" +
          "  await removeAll(hold, checkpoints.filter((other) => inOrder(other, entry) < 0));\n" +
          "  const listing = await requireHeld(hold);\n",
      ),
    ],
    scenario: scenario([
      { ...releasing, keepPrevious: false },
      { ...releasing, keepPrevious: false },
    ]),
    breaks: "what a run falls back on is removed",
  },
  "remove older ones only after the new one is durable": {
    edits: [
      inProtocol(
        "  const entry = await createNext",
        "  await removeAll(hold, hold.newest ? [hold.newest] : []);\n  const entry = await createNext",
      ),
    ],
    scenario: scenario([{ ...releasing, keepPrevious: false }], { crashes: 1 }),
    breaks: "an acknowledged save is lost",
  },
  "remove nothing when recovering": {
    edits: [
      inRecover(
        "    hold.newest = recovered.entry;\n",
        "    hold.newest = recovered.entry;\n    for (const { name } of candidates.slice(1)) await hold.store.remove(name);\n",
      ),
    ],
    scenario: scenario([{ ...releasing, keepPrevious: false }], { crashes: 1, powerLosses: 1 }),
    breaks: "an acknowledged save is lost",
  },
  "list again when an entry has vanished": {
    edits: [
      inRecover(
        'if (recovered === "vanished") continue;',
        'if (recovered === "vanished") return undefined;',
      ),
    ],
    scenario: scenario([completing, completing], {}, afterKill),
    breaks: "an acknowledged save is lost",
  },
  "take the next number when a name is taken": {
    edits: [
      inProtocol(
        'if (isRepriseError(error, "ALREADY_EXISTS")) continue;\n      // A successor',
        'if (isRepriseError(error, "ALREADY_EXISTS")) return entry;\n      // A successor',
      ),
    ],
    scenario: failing,
    breaks: "an acknowledged save is lost",
  },
  "never use a number twice": {
    edits: [
      inProtocol("const sequence = hold.nextSequence++;", "const sequence = hold.nextSequence;"),
      inProtocol(
        "      return entry;\n    } catch (error) {\n      // Our fence",
        "      hold.nextSequence++;\n      return entry;\n    } catch (error) {\n      // Our fence",
      ),
    ],
    scenario: failing,
    breaks: "a name is used again",
  },
  "create the last lease before removing checkpoints": {
    edits: [
      inProtocol(
        "  const listing = await handOver(hold, {",
        "  const { checkpoint: checkpoints } = await listEntries(hold.store);\n" +
          "  await removeAll(hold, checkpoints);\n" +
          "  const listing = await handOver(hold, {",
      ),
    ],
    scenario: twoRuns,
    breaks: "an acknowledged save is lost",
  },
  "end with a lease of its own": {
    edits: [
      inProtocol(
        "    await createLease(hold.store, lease);\n  } catch (error) {\n    const found",
        "    await hold.store.remove(leaseName(hold.lease.fence));\n  } catch (error) {\n    const found",
      ),
    ],
    scenario: twoRuns,
    breaks: "a fence goes down",
  },
  "never remove the highest lease": {
    edits: [
      inProtocol(
        "({ fence }) => fence < hold.lease.fence);\n  await removeAll(hold, old",
        "({ fence }) => fence <= hold.lease.fence);\n  await removeAll(hold, old",
      ),
    ],
    scenario: twoRuns,
    breaks: "a fence goes down",
  },
  "take a number above every checkpoint": {
    edits: [
      inProtocol(
        "Math.max(leases.at(-1)?.fence ?? 0, checkpoints.at(-1)?.fence ?? 0)",
        "(leases.at(-1)?.fence ?? 0)",
      ),
    ],
    scenario: scenario([releasing], {}, withoutLease),
    breaks: "an acknowledged save is lost",
  },
  "hand on the tombstone": {
    edits: [inProtocol("tombstone: previous?.tombstone ?? 0,", "tombstone: 0,")],
    scenario: scenario([completing], { crashes: 1 }),
    breaks: "a complete run is resumed",
  },
  "hand on what is finished": {
    edits: [inProtocol("finished: previous?.finished ?? null,", "finished: null,")],
    scenario: scenario([keeping, keeping]),
    breaks: "a finished run is not known as such",
  },
  "look again when the number was taken": {
    edits: [
      inProtocol(
        'if (isRepriseError(error, "ALREADY_EXISTS") || (await newestIfKnown(store)) > fence)\n          continue;',
        'if (!isRepriseError(error, "ALREADY_EXISTS") && (await newestIfKnown(store)) > fence)\n          continue;\n' +
          '        if (!isRepriseError(error, "ALREADY_EXISTS"))',
      ),
    ],
    scenario: twoRuns,
    breaks: "a fence is held twice",
  },
  "stop when the number of the end was taken": {
    edits: [inProtocol("    if (found?.run !== lease.run) {", "    if (found === undefined) {")],
    scenario: twoRuns,
    breaks: "a superseded run ends as though it held the store",
  },
  "keep the one that was restored or saved last": {
    edits: [
      inProtocol(
        "options.keepPrevious ? hold.newest : undefined;",
        "options.keepPrevious ? listing.checkpoint.filter((other) => inOrder(other, entry) < 0).at(-1) : undefined;",
      ),
    ],
    scenario: twoReleasing,
    breaks: "what a run falls back on is removed",
  },
  "check before ending": {
    edits: [
      inProtocol(
        "  await requireHeld(hold);\n  await hold.farewell?.();\n  try {\n    await createLease(hold.store, lease);",
        "  await hold.farewell?.();\n  try {\n    await createLease(hold.store, lease);",
      ),
    ],
    scenario: twoRuns,
    breaks: "a superseded run writes",
  },
  "be known as live before the lease can be seen": {
    edits: [
      inProtocol("  liveRuns().add(run);\n  try {\n    const hold", "  try {\n    const hold"),
      inProtocol(
        "        await createLease(store, lease);\n",
        "        await createLease(store, lease);\n        liveRuns().add(run);\n",
      ),
    ],
    scenario: twoInThread,
    breaks: "a run is taken over by another one of its thread",
  },
  "be known as live until the last lease can be seen": {
    edits: [
      inProtocol(
        "  try {\n    return await passOn(hold, lease);",
        "  liveRuns().delete(hold.lease.run);\n  try {\n    return await passOn(hold, lease);",
      ),
    ],
    scenario: twoInThread,
    breaks: "a run is taken over by another one of its thread",
  },
  "look who has swept away the lease that was being created": {
    edits: [
      inProtocol(
        'if (isRepriseError(error, "ALREADY_EXISTS") || (await newestIfKnown(store)) > fence)',
        'if (isRepriseError(error, "ALREADY_EXISTS"))',
      ),
    ],
    scenario: twoRuns,
    breaks: "a run is told something else than what has happened",
  },
  "look who has swept away the checkpoint that was being created": {
    edits: [
      inProtocol("throw newest > fence ? await superseded(hold, newest) : error;", "throw error;"),
    ],
    scenario: twoRuns,
    breaks: "a run is told something else than what has happened",
  },
  "look who has swept away the last lease that was being created": {
    edits: [
      inProtocol(
        "throw isTaken || newest > lease.fence ? await superseded(hold, newest) : error;",
        "throw isTaken ? await superseded(hold, newest) : error;",
      ),
    ],
    scenario: twoRuns,
    breaks: "a run is told something else than what has happened",
  },
  "take over only from whom was found at first": {
    edits: [inProtocol("      takeOver = false;\n", "")],
    scenario: twoRuns,
    breaks: "nobody comes to the end",
  },
  "look whether the number that was taken is the highest": {
    edits: [inProtocol("      if ((await newestFence(store)) > fence) continue;\n", "")],
    scenario: twoRuns,
    breaks: "a fence is held twice",
  },
};

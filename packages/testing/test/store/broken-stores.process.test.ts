import { expect, test } from "@jest/globals";
import { brokenStore, type Defect } from "../fixtures/broken-stores.ts";
import { runContract } from "../fixtures/run-contract.ts";
import { simulatedStore } from "../fixtures/simulated-disk.ts";

const isWhole = "create is invisible until it is whole";
const isListed = "an entry is listed and whole once its create resolved";
const refusesTaken = "create refuses a name that is taken and leaves its bytes";
const oneWins = "of concurrent creates of one name exactly one wins, and the entry has its bytes";
const doNotMix = "concurrent creates of different names do not mix";
const joins = "chunks are joined in order, empty ones and views of every element type included";
const manyChunks = "more chunks than one system call takes";
const empty = "an entry of 0 bytes";
const large = "an entry of 8 MiB and 3 bytes arrives bit for bit";
const copies = "changing the caller's bytes after create settled changes nothing";
const leavesBytes = "create leaves the caller's bytes as they are";
const leavesNothing = "a create that settled, refused or not, leaves nothing else behind";
const clips = "read clips a range to the entry";
const emptyRange = "a range that is empty or past the end reads as 0 bytes";
const manyRanges = "ranges that are read at once join to the entry";
const noAlias = "what was read is aliased neither to the store nor to a second read";
const notFound = "an absent entry is NOT_FOUND";
const described = "a store says what it is called and what it supports";
const removes = "remove takes the entry away";
const removesAbsent = "remove of an absent entry resolves";
const removesOne = "remove touches nothing else";
const createsAgain = "a removed name can be created again";
const namesAsGiven = "names compare as given: lease-9 and lease-10 are two entries";
const foreign = "a foreign entry is listed";
const foreignStays = "a foreign entry stays when others are created and removed";
const many = "many entries";
const reopened = "a store that is opened later sees the same entries";
const shared = "two stores on the same entries see at once what the other did";
const full = "a create that has no room is STORE_FULL";
const fullIsWhole = "a create that has no room leaves the entry absent or whole";
const fullLeavesOthers = "a create that has no room leaves the other entries as they are";
const fullLeavesNothing = "a create that has no room leaves nothing behind";
const fullThenFits = "after a create that had no room, one that fits succeeds under the same name";

/** The tests that must fail for a store with a defect: these, and no other. */
const expected: Record<Defect, readonly string[]> = {
  inPlace: [isWhole, fullIsWhole],
  uncheckedWrite: [full, fullIsWhole],
  overwrites: [refusesTaken, oneWins, empty, shared],
  deletesFirst: [refusesTaken, empty, shared],
  checksTooEarly: [oneWins],
  sharesOneTemporaryName: [oneWins, doNotMix],
  leavesTemporaryAfterFailure: [fullLeavesNothing, fullThenFits],
  leavesTemporaryAlways: [leavesNothing, fullLeavesNothing],
  foreignTemporaryName: [isWhole],
  resolvesBeforeLargeEntriesAreWhole: [isWhole, large],
  keepsCallersBytes: [copies],
  clearsCallersBytes: [leavesBytes],
  readsItsOwnBytes: [noAlias],
  ignoresByteOffsets: [joins],
  stopsAtAnEmptyChunk: [joins],
  drops1025thChunk: [manyChunks],
  refusesEmptyEntries: [empty],
  ignoresRangeEnd: [clips, emptyRange, manyRanges],
  allocatesTheRange: [empty, clips, emptyRange, manyRanges],
  emptyRangeNeedsNoEntry: [notFound],
  sharesOneReadBuffer: [manyRanges, noAlias],
  plainErrors: [notFound, removes, shared],
  absentReadsEmpty: [isWhole, notFound, removes, shared, fullIsWhole],
  removeNeedsAnEntry: [removesAbsent],
  removesByPrefix: [removesOne],
  removesNothing: [
    removes,
    removesAbsent,
    removesOne,
    createsAgain,
    many,
    reopened,
    shared,
    foreignStays,
  ],
  leavesTombstones: [createsAgain],
  shortensNames: [namesAsGiven],
  hidesForeignNames: [foreign, foreignStays],
  removesForeignNames: [foreignStays],
  listsOnePage: [many],
  listsLate: [
    isListed,
    refusesTaken,
    oneWins,
    doNotMix,
    empty,
    leavesNothing,
    removesOne,
    namesAsGiven,
    many,
    reopened,
    shared,
    fullLeavesNothing,
    fullThenFits,
    foreign,
    foreignStays,
  ],
  makesRoom: [fullLeavesOthers, fullLeavesNothing],
  hasNoDescription: [described],
  livesInItsObject: [oneWins, reopened, shared, fullLeavesNothing, foreign, foreignStays],
  listsFromCache: [shared],
};

test.each(Object.entries(expected) as [Defect, readonly string[]][])(
  "a store that %s fails exactly the tests that say so",
  async (defect, names) => {
    expect((await runContract(brokenStore(defect))).failed).toEqual(names);
  },
);

test("a correct store fails none", async () => {
  expect((await runContract(simulatedStore)).failed).toEqual([]);
});

test("every test of the suite is failed by some defect", async () => {
  const caught = new Set(Object.values(expected).flat());
  const { names } = await runContract(simulatedStore);
  expect(names.filter((name) => !caught.has(name))).toEqual([]);
});

test("a violation says what was expected and what was found", async () => {
  const messages = async (defect: Defect) => (await runContract(brokenStore(defect))).messages;
  expect(await messages("keepsCallersBytes")).toEqual([
    "ContractViolation: the entry checkpoint-1-1.safetensors: byte 0 of 100 differs first: expected 228, found 0",
  ]);
  expect(await messages("leavesTombstones")).toEqual([
    "RepriseError: checkpoint-1-1.safetensors was there",
  ]);
  expect(await messages("removesByPrefix")).toEqual([
    'ContractViolation: the names that are listed: expected ["checkpoint-1-1.safetensors",' +
      '"lease-10.json","lease-11.json","lease-2.json"], found ["checkpoint-1-1.safetensors"]',
  ]);
  expect(await messages("emptyRangeNeedsNoEntry")).toEqual([
    "ContractViolation: reading an empty range of an absent entry: expected NOT_FOUND, but it resolved",
  ]);
  expect((await messages("plainErrors"))[0]).toBe(
    "ContractViolation: reading an absent entry: expected a RepriseError NOT_FOUND, found Error: ENOENT",
  );
});

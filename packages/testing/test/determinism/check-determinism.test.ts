import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { relative } from "node:path";
import { compileFunction } from "node:vm";
import { describe, expect, test } from "@jest/globals";
import { BackupAndRestore, everySeconds, keyedRandom, shuffledBatches, train } from "@reprise/loop";
import { checkDeterminism, type TrainingIo } from "@reprise/testing";
import { keyed, unkeyed } from "./unkeyed.ts";

const fixture = fileURLToPath(new URL("unkeyed.ts", import.meta.url));

/** Where the fixture takes from `source`: file, line, and the column of the name that is called. */
function placeOf(source: string): string {
  const lines = readFileSync(fixture, "utf8").split("\n");
  const line = lines.findIndex((text) => text.includes(`"${source}": () =>`));
  const name = source.split(".").at(-1) ?? "";
  const column = (lines[line] ?? "").lastIndexOf(name);
  return `${relative(process.cwd(), fixture)}:${line + 1}:${column + 1}`;
}

/** A small training that does everything right; `disturb` is called in every batch. */
async function trainWith({ store }: TrainingIo, disturb: () => unknown = () => {}) {
  const state = { weights: new Float64Array(3), disturbed: [] as unknown[] };
  const random = keyedRandom(1);
  const backup = new BackupAndRestore(store, { saveFreq: everySeconds(0.001), sync: true });
  const run = await train({ epochs: 2, state, callbacks: [backup] });
  for await (const epoch of run.epochs()) {
    const data = shuffledBatches(6, { batchSize: 2, random });
    for await (const batch of epoch.batches(data)) {
      const { next } = random("noise", epoch.index, batch.index);
      for (const sample of batch.value) state.weights[sample % 3] = next() - 0.5;
      disturb();
    }
  }
  return { weights: state.weights, step: run.position.step };
}

describe("what a training takes from outside is found, with file and line, and makes it differ:", () => {
  test.each(Object.keys(unkeyed))("%s", async (source) => {
    const found = await checkDeterminism(async () => ({ taken: unkeyed[source]?.() }));
    expect(found.uses).toEqual([{ source, where: placeOf(source), count: 2 }]);
    expect(found.deterministic).toBe(false);
    expect(found.difference?.path).toMatch(/^\$\.taken/);
    expect(found.message).toContain(`${source} at ${placeOf(source)}, 2 times`);
  });
});

describe("what is no chance is not reported:", () => {
  test.each(Object.keys(keyed))("%s", async (name) => {
    const found = await checkDeterminism(async () => ({ taken: keyed[name]?.() }));
    expect(found).toEqual({
      deterministic: true,
      uses: [],
      message: "Two runs of the training gave the same bits.",
    });
  });

  test("what Reprise itself does to name a run and to pace its saves", async () => {
    const found = await checkDeterminism(trainWith);
    expect(found.uses).toEqual([]);
    expect(found.deterministic).toBe(true);
  });
});

test("a clock that only measures is reported, and harmless", async () => {
  let shown = 0;
  const found = await checkDeterminism((io) =>
    trainWith(io, () => {
      shown = Number(unkeyed["performance.now"]?.());
    }),
  );
  expect(shown).toBeGreaterThan(0);
  expect(found.deterministic).toBe(true);
  const where = placeOf("performance.now");
  expect(found.uses).toEqual([{ source: "performance.now", where, count: 12 }]);
  expect(found.message).toContain("although it takes from outside");
});

test("a time that is rounded to hours reaches the results nevertheless", async () => {
  const found = await checkDeterminism(async () => ({
    hour: Math.floor(Date.now() / 3_600_000),
    year: new Date().getFullYear(),
  }));
  expect(found.difference?.path).toBe("$.hour");
  expect(found.uses.map(({ source }) => source)).toEqual(["Date.now", "new Date()"]);
});

test("elapsed times are not changed by clocks that are ahead", async () => {
  const elapsed: number[] = [];
  await checkDeterminism(async () => {
    const [start, began] = [performance.now(), process.hrtime()];
    elapsed.push(performance.now() - start, process.hrtime(began)[0]);
  });
  expect(elapsed).toHaveLength(4);
  for (const time of elapsed) expect(time).toBeLessThan(3600);
});

test("a Date stays a Date", async () => {
  const found = await checkDeterminism(async () => {
    class Moment extends Date {}
    const [date, moment] = [new Date(1), new Moment()];
    expect([date instanceof Date, moment instanceof Moment, moment instanceof Date]).toEqual([
      true,
      true,
      true,
    ]);
    expect(Object.getPrototypeOf(date)).toBe(Date.prototype);
    return { date };
  });
  expect(found.deterministic).toBe(true);
});

test("what the first run leaves behind outside of the training is a difference without a source", async () => {
  const weights = new Float32Array(1);
  const found = await checkDeterminism(async () => {
    weights[0] = (weights[0] ?? 0) + 1;
    return { weights };
  });
  expect(found.difference).toMatchObject({ path: "$.weights[0]" });
  expect(found.uses).toEqual([]);
  expect(found.message).toContain("Look for what the first run left behind");
});

test("a second run that fails is a difference", async () => {
  let runs = 0;
  const found = await checkDeterminism(async () => {
    runs += 1;
    if (runs === 2) throw new Error("only once");
    return 1;
  });
  expect(found.difference).toEqual({ path: "$", a: "threw Error: only once", b: "resolved" });
});

describe("the traps", () => {
  const globals = (): unknown[] => [
    Math.random,
    Date,
    Date.now,
    ...["getRandomValues", "randomUUID"].map((name): unknown => Reflect.get(crypto, name)),
    ...["now", "timeOrigin"].map((name): unknown => Reflect.get(performance, name)),
    process.hrtime,
    Reflect.get(process.hrtime, "bigint"),
    Object.getOwnPropertyNames(crypto).length,
  ];

  test("are gone afterwards, also when the training throws", async () => {
    const before = globals();
    let during: readonly unknown[] = [];
    const failing = checkDeterminism(async () => {
      during = globals();
      throw new Error("the training failed");
    });
    await expect(failing).rejects.toThrow("the training failed");
    expect(during.filter((value, index) => value === before[index])).toEqual([
      performance.timeOrigin,
    ]);
    expect(globals()).toEqual(before);
    await checkDeterminism(async () => 1);
    expect(globals()).toEqual(before);
  });

  test("are set once: a check within a check, or beside it, is refused", async () => {
    const nested: unknown[] = [];
    const outer = checkDeterminism(async () => {
      const refused = await checkDeterminism(async () => 1).catch((error: unknown) => error);
      nested.push((refused as { code?: string }).code);
    });
    await expect(checkDeterminism(async () => 1)).rejects.toMatchObject({ code: "OUT_OF_ORDER" });
    await outer;
    expect(nested).toEqual(["OUT_OF_ORDER", "OUT_OF_ORDER"]);
    await expect(checkDeterminism(async () => 1)).resolves.toMatchObject({ deterministic: true });
  });
});

test("what a library takes is reported where the user calls it", async () => {
  const filename = "/app/node_modules/library/index.js";
  const library = compileFunction("return random()", ["random"], { filename }) as (
    random: () => number,
  ) => number;
  const found = await checkDeterminism(async () => library(Math.random));
  expect(found.uses).toEqual([
    {
      source: "Math.random",
      where: expect.stringContaining("check-determinism.test.ts:"),
      count: 2,
    },
  ]);
});

describe("where stacks are not those of V8,", () => {
  const usesWith = async (prepare: typeof Error.prepareStackTrace) => {
    const before: unknown = Reflect.get(Error, "prepareStackTrace");
    Error.prepareStackTrace = prepare;
    try {
      return (await checkDeterminism(async () => unkeyed["Math.random"]?.())).uses;
    } finally {
      Reflect.set(Error, "prepareStackTrace", before);
    }
  };

  test("those of other engines are read", async () => {
    const uses = await usesWith((_, calls) =>
      calls
        .map((call) => `f@${call.getFileName()}:${call.getLineNumber()}:${call.getColumnNumber()}`)
        .join("\n"),
    );
    expect(uses).toEqual([
      { source: "Math.random", where: expect.stringMatching(/\/unkeyed\.ts:\d+:\d+$/), count: 2 },
    ]);
  });

  test("none at all leaves the place unknown", async () => {
    const where = "a place that this runtime does not tell";
    expect(await usesWith(() => "")).toEqual([{ source: "Math.random", where, count: 2 }]);
  });
});

test("the message says what differs, what was used and what to do", async () => {
  const found = await checkDeterminism(async () => ({ rate: unkeyed["Math.random"]?.() }));
  const { a, b } = found.difference ?? {};
  expect(found.message).toBe(`Two runs of the training do not give the same bits.
  differs at: $.rate
  second run: ${a}
  first run:  ${b}
It takes from outside:
  Math.random at ${placeOf("Math.random")}, 2 times
Draw random numbers from keyedRandom(seed)("what for", epoch, batch); wrap calls of libraries in withMathRandom(stream, call). Keep times out of the results, or in the state as data.`);
});

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

const root = fileURLToPath(new URL("../../..", import.meta.url));

function runDemo(...options: string[]): { status: number | null; stdout: string; stderr: string } {
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  const args = [
    "--conditions=@reprise/source",
    "--import",
    new URL("../../../.ci/typescript.mjs", import.meta.url).href,
    main,
    ...options,
  ];
  return spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
}

test.each([
  { training: "by hand", options: [] },
  { training: "with TensorFlow.js", options: ["--tfjs"] },
])(
  "a training $training on real digits that is killed three times ends with the bits of one that is not",
  ({ options }) => {
    const { status, stdout, stderr } = runDemo("--seed", "1", "--kills", "3", "--json", ...options);
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    const result = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as {
      readonly accuracy: number;
      readonly attempts: readonly unknown[];
    };
    expect(result).toMatchObject({ identical: true, kills: 3 });
    expect(result.attempts).toHaveLength(4);
    expect(result.accuracy).toBeGreaterThanOrEqual(0.93);
  },
  180_000,
);

test("an option that the demo does not know is refused with its usage", () => {
  const { status, stderr } = runDemo("--kils", "3");
  expect(status).toBe(2);
  expect(stderr).toContain("--kils");
  expect(stderr).toContain("usage: npm run demo");
});

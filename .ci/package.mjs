// Checks every public package as it would be published: its fields, and whether its types resolve.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const { packageManager } = JSON.parse(readFileSync("package.json", "utf8"));
const checks = [
  ["publint", "--strict"],
  ["attw", "--pack", "--profile", "esm-only", "--quiet"],
];
for (const check of checks) {
  const args = [
    "--yes",
    packageManager,
    "-r",
    "--filter",
    "./packages/*",
    "--filter",
    "!./packages/{demo,bench,simulator,torture}",
    "exec",
  ];
  const { status } = spawnSync("npx", [...args, ...check], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exit(status ?? 1);
}

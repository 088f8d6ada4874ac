// Installs Debian packages that are missing: `node .ci/system-packages.mjs strace faketime`. Where
// that cannot be done, says in one line what is missing; whoever needs it says so again.
import { spawnSync } from "node:child_process";

const isInstalled = (name) =>
  spawnSync("dpkg-query", ["--show", "--showformat=${db:Status-Status}", name], {
    encoding: "utf8",
  }).stdout === "installed";

const aptGet = (...args) =>
  spawnSync("apt-get", args, {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });

const missing = process.argv.slice(2).filter((name) => !isInstalled(name));
if (missing.length > 0 && process.getuid?.() === 0) {
  aptGet("update", "--quiet");
  aptGet("install", "--yes", "--quiet", "--no-install-recommends", ...missing);
}
const absent = missing.filter((name) => !isInstalled(name));
if (absent.length > 0) {
  console.error(`Not installed: ${absent.join(" ")}. Install them with apt-get install, as root.`);
}

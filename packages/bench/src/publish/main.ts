// Draws the tables and pictures of `docs/performance.md` again, without measuring anything.
import { publish } from "./publish.ts";

publish();

export { type ScheduleBounds, schedules } from "./explore/schedules.ts";

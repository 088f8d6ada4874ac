import type { Figures } from "../figures.ts";
import type { Goodput } from "../goodput/goodput.ts";
import type { GrowthPoint } from "../growth/growth.ts";
import type { SideBySide } from "../side-by-side/side-by-side.ts";
import { axis, type ChartOption, colors, drawChart, ink, label, others, ours } from "./chart.ts";
import { figure } from "./markdown-table.ts";
import { mebibytesPerSecond, sizeOf } from "./tables.ts";

const mebibyte = 2 ** 20;

/** The pictures of what was measured, as SVG by file name. */
export function picturesOf({
  sideBySide,
  growth,
  goodput,
}: Figures): Readonly<Record<string, string>> {
  const at100 = sideBySide?.sizes.find(({ bytes }) => bytes === 100 * mebibyte);
  return {
    ...(at100 && { "stall.svg": drawStall(at100) }),
    ...(sideBySide && sideBySide.sizes.length > 1
      ? { "stall-by-size.svg": drawStallBySize(sideBySide.sizes) }
      : {}),
    ...(growth && {
      "throughput.svg": drawThroughput(growth.bySize),
      "tensors.svg": drawTensors(growth.byTensors),
    }),
    ...(goodput && { "goodput.svg": drawGoodput(goodput) }),
  };
}

function drawStall({ bytes, memcpy, ways }: SideBySide): string {
  return drawBars(
    `How long training stands still for a save of ${sizeOf(bytes)}, ÷ memcpy`,
    ways.flatMap(({ name, stall }) =>
      stall ? [{ name, value: stall.median / memcpy.median }] : [],
    ),
  );
}

function drawGoodput({ policies, undisturbed, patience, mean }: Goodput): string {
  return drawBars(
    `Time to finish when killed every ${mean} s in the mean, ÷ undisturbed`,
    policies.map(({ name, seconds }) => ({
      name: seconds === undefined ? `${name} (given up)` : name,
      value: (seconds ?? patience) / undisturbed,
    })),
  );
}

function drawBars(
  title: string,
  bars: readonly { readonly name: string; readonly value: number }[],
): string {
  return drawChart(title, 60 + 32 * bars.length, {
    grid: { left: 170, right: 60, top: 36, bottom: 8, outerBoundsMode: "none" },
    xAxis: { ...axis, type: "value", axisLabel: { show: false }, splitLine: { show: false } },
    yAxis: {
      ...axis,
      type: "category",
      inverse: true,
      data: bars.map(({ name }) => name),
      splitLine: { show: false },
      axisTick: { show: false },
    },
    series: [
      {
        type: "bar",
        barWidth: 18,
        data: bars.map(({ value }, index) => ({
          value,
          itemStyle: { color: index === 0 ? ours : others },
        })),
        label: {
          ...label,
          show: true,
          position: "right",
          formatter: ({ value }) => figure(value as number),
        },
      },
    ],
  });
}

type Points = readonly (readonly [x: number, y: number])[];

function drawStallBySize(sizes: readonly SideBySide[]): string {
  const [first] = sizes;
  const lines: Record<string, Points> = {};
  for (const { name } of first?.ways ?? []) {
    lines[name] = sizes.flatMap(({ bytes, ways }) => {
      const stall = ways.find((way) => way.name === name)?.stall;
      return stall ? [[bytes / mebibyte, stall.median] as const] : [];
    });
  }
  lines["memcpy"] = sizes.map(({ bytes, memcpy }) => [bytes / mebibyte, memcpy.median]);
  return drawLines("How long training stands still for a save, in ms", "MiB", lines);
}

function drawThroughput(points: readonly GrowthPoint[]): string {
  return drawLines("Throughput of a durable save, in MiB a second", "MiB", {
    Reprise: points.map(({ bytes, durable }) => [
      bytes / mebibyte,
      mebibytesPerSecond(bytes, durable.median),
    ]),
    "dd conv=fsync": points.map(({ bytes, dd }) => [
      bytes / mebibyte,
      mebibytesPerSecond(bytes, dd.median),
    ]),
  });
}

function drawTensors(points: readonly GrowthPoint[]): string {
  return drawLines("A save of 100 MiB in many tensors, in ms", "tensors", {
    "training stands still": points.map(({ tensors, stall }) => [tensors, stall.median]),
    "durable after": points.map(({ tensors, durable }) => [tensors, durable.median]),
    memcpy: points.map(({ tensors, memcpy }) => [tensors, memcpy.median]),
  });
}

/** Lines over two logarithmic axes: what grows in proportion is a straight one. */
function drawLines(title: string, unit: string, lines: Readonly<Record<string, Points>>): string {
  const option: ChartOption = {
    grid: { left: 60, right: 250, top: 40, bottom: 30, outerBoundsMode: "none" },
    legend: { orient: "vertical", left: 610, top: 36, textStyle: label },
    xAxis: { ...axis, type: "log", max: "dataMax", name: unit, nameLocation: "end", nameGap: 8 },
    yAxis: { ...axis, type: "log" },
    series: Object.entries(lines).map(([name, points], index) => {
      const isMemcpy = name === "memcpy";
      return {
        name,
        type: "line" as const,
        data: points.map(([x, y]) => [x, y]),
        symbol: "circle",
        symbolSize: 6,
        lineStyle: { width: 2, type: isMemcpy ? ("dashed" as const) : ("solid" as const) },
        color: isMemcpy ? ink : (colors[index] ?? ink),
      };
    }),
  };
  return drawChart(title, 380, option);
}

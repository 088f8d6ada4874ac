import * as echarts from "echarts";

/** A picture as ECharts describes it. */
export type ChartOption = echarts.EChartsOption;

const style = `<style>
svg { color: #1f2328; }
@media (prefers-color-scheme: dark) { svg { color: #e6edf3; } }
</style>`;

/** Readable on a light and on a dark page: there is no background, and text takes the page's colour. */
export const ink = "currentColor";
const line = "#8b949e66";

/** They stand out from white and from black. */
export const ours = "#2da44e";
export const others = "#8b949e";

export const colors: string[] = [
  ours,
  others,
  "#d29922",
  "#bf5af2",
  "#3b82f6",
  "#e5534b",
  "#0e9aa7",
  "#c2578f",
  "#a0763c",
];

export const axis = {
  nameTextStyle: { color: ink },
  axisLabel: { color: ink },
  axisLine: { lineStyle: { color: ink } },
  axisTick: { lineStyle: { color: ink } },
  minorTick: { show: false },
  splitLine: { lineStyle: { color: line } },
};

/** The text of labels beside what they name. */
export const label = { color: ink, textBorderWidth: 0 };

/** The picture as an SVG file. */
export function drawChart(title: string, height: number, option: ChartOption): string {
  const size = { width: 800, height };
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, ...size });
  try {
    chart.setOption({
      animation: false,
      textStyle: { color: ink, fontFamily: "system-ui, sans-serif" },
      title: {
        text: title,
        left: 0,
        top: 0,
        textStyle: { color: ink, fontSize: 15, fontWeight: 600 },
      },
      ...option,
    });
    return `${chart.renderToSVGString().replace(/^<svg [^>]*>/, (start) => `${start}\n${style}`)}\n`;
  } finally {
    chart.dispose();
  }
}

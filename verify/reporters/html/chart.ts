import { createRequire } from 'node:module';
import type * as ECharts from 'echarts';
import type { EChartsOption } from 'echarts';
import { clipped, escaped, Markup, plain } from './markup';

/** Of the drawing; the page scales it. */
const WIDTH = 640;

/** Where the names of a category axis stand, left of the drawing. */
const NAMES_WIDTH = 190;
const NAME_LENGTH = 30;

/** Colours are those of the page, so that a picture follows it into the dark and onto paper. */
export const INK = 'var(--ink)';
export const MUTED = 'var(--muted)';
export const PAGE = 'var(--page)';
const LINE = 'var(--line)';

export interface Chart {
  /** Letters and dashes, of this picture alone. */
  readonly name: string;
  /** What is to be seen, for those who cannot. */
  readonly label: string;
  readonly height: number;
  readonly option: EChartsOption;
}

/** The library takes a fifth of the start of every verification, and few ask for the page. */
const loadEcharts = (): typeof ECharts => createRequire(__filename)('echarts') as typeof ECharts;

/** Draws a chart as SVG that stands in the page. */
export function drawChart({ name, label, height, option }: Chart): Markup {
  const chart = loadEcharts().init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: 'inherit', fontSize: 13, color: INK },
      grid: { left: NAMES_WIDTH, right: 32, top: 16, bottom: 76 },
      ...option,
    });
    return new Markup(tidy(chart.renderToSVGString(), name, label));
  } finally {
    chart.dispose();
  }
}

/**
 * Without what serves a pointer; with a name for those who hear it. Identifiers are counted through by the library:
 * they get the name of the picture, so that the same report always gives the same page.
 */
function tidy(svg: string, name: string, label: string): string {
  return svg
    .replace(/<style ?><!\[CDATA\[[^]*?\]\]>\s*<\/style>/g, '')
    .replace(/<rect [^>]*fill="none"><\/rect>\s*/, '')
    .replace(/ (?:class|ecmeta_\w+|pointer-events|xml:space)="[^"]*"/g, '')
    .replace(/(id="|url\(#)zr\d+-/g, `$1${name}-`)
    .replace(
      /^<svg [^>]*viewBox="([^"]*)"[^>]*>/,
      (_tag, box: string) => `<svg viewBox="${box}" role="img" aria-label="${escaped(label)}">`,
    );
}

/**
 * A name from outside, as the library may draw it. It looks texts up in an object that has a prototype: `__proto__`
 * would be written to for the whole process, so such names get an end that is not seen.
 */
export function drawnName(name: string, length: number): string {
  const text = clipped(plain(name).replace(/\s+/g, ' '), length);
  return text in Object.prototype ? `${text}\u200b` : text;
}

/** A legend below the drawing. */
export function legendOf(names: readonly string[]): NonNullable<EChartsOption['legend']> {
  return {
    data: [...names],
    bottom: 0,
    left: 'center',
    itemWidth: 26,
    itemGap: 16,
    textStyle: { color: INK, fontSize: 13 },
  };
}

/** The axis of names, from top to bottom. @param lines whether each name has a line of its own */
export function namesAxis(names: readonly string[], lines = false): NonNullable<EChartsOption['yAxis']> {
  return {
    type: 'category',
    inverse: true,
    data: names.map((name) => drawnName(name, NAME_LENGTH)),
    axisLabel: { color: INK, fontSize: 13, interval: 0 },
    axisLine: { lineStyle: { color: MUTED } },
    axisTick: { show: false },
    splitLine: { show: lines, lineStyle: { color: LINE } },
  };
}

/** The axis of numbers, below. */
export function numbersAxis(
  name: string,
  more: Readonly<Record<string, unknown>> = {},
): NonNullable<EChartsOption['xAxis']> {
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameGap: 28,
    nameTextStyle: { color: MUTED, fontSize: 13 },
    splitLine: { lineStyle: { color: LINE } },
    ...more,
    axisLabel: {
      color: MUTED,
      fontSize: 12,
      hideOverlap: true,
      ...(more['axisLabel'] as object | undefined),
    },
  };
}

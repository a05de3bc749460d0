/** Laid on colours, so that bars are told from each other in black and white. */
export const STRIPES = { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [4, 4], rotation: Math.PI / 4 };
export const SPARSE_STRIPES = {
  symbol: 'rect',
  dashArrayX: [1, 0],
  dashArrayY: [2, 6],
  rotation: -Math.PI / 4,
};
export const DOTS = { symbol: 'circle', symbolSize: 0.7, dashArrayX: [[7, 7], [0, 7, 7, 0]], dashArrayY: [6, 0] }; // prettier-ignore
export const CHECKS = { symbol: 'rect', dashArrayX: [4, 4], dashArrayY: [4, 4] };
export const LINES = { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 3] };

import type { Violations } from './errors';
import { checkPosition } from './inputs';

/*
 * A coarse outline of China with its waters, longitude before latitude, clockwise from the northeast. It runs some tens
 * of kilometers outside the border, so that no place in the country is refused; what lies further out is. For telling a
 * mistyped position from a real one, never for where a border is.
 */
const OUTLINE: readonly (readonly [longitude: number, latitude: number])[] = [
  [135.3, 48.7],
  [133.4, 45.0],
  [131.5, 42.3],
  [128.2, 41.3],
  [126.0, 40.5],
  [124.2, 39.4],
  [124.0, 36.5],
  [124.5, 32.0],
  [124.8, 25.5],
  [122.5, 24.0],
  [121.8, 21.4],
  [119.0, 19.5],
  [118.5, 14.5],
  [116.5, 9.5],
  [112.5, 3.3],
  [108.8, 6.5],
  [110.2, 11.5],
  [109.8, 16.0],
  [107.8, 18.5],
  [107.6, 21.2],
  [106.4, 21.7],
  [105.2, 22.9],
  [104.0, 22.3],
  [102.2, 22.0],
  [101.8, 20.9],
  [99.8, 21.4],
  [98.4, 23.8],
  [97.2, 24.2],
  [98.2, 27.2],
  [94.5, 28.6],
  [91.5, 26.6],
  [89.0, 27.0],
  [86.0, 27.6],
  [81.0, 29.8],
  [78.4, 32.0],
  [77.6, 35.2],
  [74.3, 37.0],
  [73.2, 39.6],
  [76.5, 40.9],
  [79.9, 42.3],
  [79.9, 45.1],
  [82.2, 45.8],
  [82.8, 47.5],
  [85.3, 47.5],
  [86.8, 49.5],
  [88.2, 49.4],
  [91.3, 47.0],
  [91.5, 45.4],
  [96.5, 43.1],
  [101.5, 42.9],
  [105.0, 42.0],
  [111.7, 43.9],
  [111.7, 45.4],
  [116.0, 46.6],
  [119.4, 47.3],
  [115.3, 48.2],
  [116.5, 50.1],
  [119.0, 50.4],
  [119.8, 52.8],
  [122.0, 53.8],
  [124.5, 53.5],
  [126.9, 51.6],
  [128.0, 49.9],
  [131.0, 48.2],
];

/** Whether a position (degrees, WGS 84) lies in China, as the outline has it. */
export function isInChina({ latitude, longitude }: { latitude: number; longitude: number }): boolean {
  let isInside = false;
  let [x, y] = OUTLINE[OUTLINE.length - 1] ?? [0, 0];
  for (const [nextX, nextY] of OUTLINE) {
    const crosses = y > latitude !== nextY > latitude;
    if (crosses && longitude < x + ((latitude - y) / (nextY - y)) * (nextX - x)) isInside = !isInside;
    [x, y] = [nextX, nextY];
  }
  return isInside;
}

/** That a position is on the globe, and there in China. */
export function checkPositionInChina(
  violations: Violations,
  path: readonly (string | number)[],
  position: { readonly latitude: number; readonly longitude: number },
): void {
  const { latitude, longitude } = position;
  checkPosition(violations, path, position);
  if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && !isInChina(position)) {
    violations.add('INVALID', [...path], {
      en: `${latitude}, ${longitude} (latitude, longitude) does not lie in China. Check the two, and that they are in this order.`,
      zh: `${latitude}，${longitude}（纬度，经度）不在中国境内，请核对数值及其顺序。`,
    });
  }
}

/** Of every row of a table, in pixels. */
export const ROW_HEIGHT = 28;

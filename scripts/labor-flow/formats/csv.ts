import { readFlow } from '../flow';
import { readHeader } from '../flow-file';
import { type FigureWriter, type FileFormat, type Head, said, wrong } from './format';

/** Lines of origin, destination, sector and workers; month, side and definition are the command's. */
export const csv = (head: Head): FileFormat => ({
  name: 'csv',
  isSequence: false,
  head,
  reader: (names, file) => {
    const header = readHeader(names, file);
    return {
      ...header,
      read: (record) => {
        const flow = readFlow(record, header);
        return Array.isArray(flow) ? wrong(flow) : said({ head, flow });
      },
    };
  },
});

export const csvWriter = (): FigureWriter => ({
  columns: ['origin', 'destination', 'sector', 'workers'],
  linesOf: (figure) => {
    if (!figure) return [];
    const { origin, destination, sector, workers } = figure.flow;
    return [[origin, destination, sector, workers]];
  },
});

import type { ReactNode } from 'react';
import type { MonthReportQuery } from '../../operations';
import { number, percent } from '../../shared/format';
import { useLanguage, useTexts } from '../../shared/language';
import { BOARD_TEXTS } from '../texts';

export function ReportTables({ report }: { report: NonNullable<MonthReportQuery['gridReport']> }) {
  const { report: texts } = useTexts(BOARD_TEXTS);
  const { language } = useLanguage();
  const count = (value: number): string => number(value, language);
  return (
    <>
      {report.byAgency.length > 0 && (
        <ReportTable
          title={texts.byAgency}
          heads={[
            texts.agency,
            texts.shouldHaveClosed,
            texts.closed,
            texts.closedOnTime,
            texts.closingRate,
            texts.onTimeRate,
            texts.score,
          ]}
          rows={report.byAgency.map((line) => [
            line.agency?.name ?? '—',
            count(line.shouldHaveClosed),
            count(line.closed),
            count(line.closedOnTime),
            <Rate key="closing" share={line.closingRate} />,
            <Rate key="on-time" share={line.onTimeClosingRate} />,
            line.score.toFixed(2),
          ])}
        />
      )}
      {report.byCategory.length > 0 && (
        <ReportTable
          title={texts.byCategory}
          heads={[
            texts.category,
            texts.received,
            texts.filed,
            texts.shouldHaveClosed,
            texts.closed,
            texts.closedOnTime,
          ]}
          rows={report.byCategory.map((line) => [
            line.category.name,
            count(line.received),
            count(line.filed),
            count(line.shouldHaveClosed),
            count(line.closed),
            count(line.closedOnTime),
          ])}
        />
      )}
      {report.attendance.length > 0 && (
        <ReportTable
          title={texts.attendance}
          heads={[
            texts.member,
            texts.agency,
            texts.shifts,
            texts.attended,
            texts.late,
            texts.excused,
            texts.attendanceRate,
          ]}
          rows={report.attendance.map((line) => [
            line.member,
            line.agency?.name ?? '—',
            count(line.shifts),
            count(line.attended),
            count(line.late),
            count(line.excused),
            line.attendanceRate === null ? '—' : <Rate key="rate" share={line.attendanceRate} />,
          ])}
        />
      )}
    </>
  );
}

/** Words begin where their column does; numbers end there. */
const isWord = (value: ReactNode): boolean => typeof value === 'string' && /\p{L}/u.test(value);

interface ReportTableProps {
  title: string;
  heads: string[];
  rows: ReactNode[][];
}

function ReportTable({ title, heads, rows }: ReportTableProps) {
  const kinds = heads.map((_, column) => (isWord(rows[0]?.[column]) ? 'word' : undefined));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways on a phone must be reached by keyboard
    <section className="report-table" aria-label={title} tabIndex={0}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            {heads.map((head, column) => (
              <th key={head} scope="col" className={kinds[column]}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...values], index) => (
            <tr key={index}>
              <th scope="row">{name}</th>
              {values.map((value, column) => (
                <td key={heads[column + 1]} className={kinds[column + 1]}>
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Rate({ share }: { share: number }) {
  const { language } = useLanguage();
  return (
    <span className="rate">
      <span className="track" aria-hidden="true">
        <span style={{ width: `${share * 100}%` }} />
      </span>
      {percent(share, language)}
    </span>
  );
}

import { useQuery } from '@tanstack/react-query';
import { MonthReportDocument, type MonthReportQuery } from '../operations';
import { useAddress } from '../shared/address';
import { ErrorNote } from '../shared/components/error-note';
import { Loading } from '../shared/components/loading';
import { saveFile } from '../shared/download';
import { fullDay, hourAndMinute, monthFrom, monthName, number, percent } from '../shared/format';
import { useLanguage, useTexts } from '../shared/language';
import { useHub } from '../shared/session';
import { AccessNote } from './components/access-note';
import { ReportTables } from './components/report-tables';
import { BOARD_TEXTS } from './texts';

const MONTHS_BACK = 24;

/** A place's month: on the screen, on paper, as CSV. */
export function Report({ under }: { under: string }) {
  const texts = useTexts(BOARD_TEXTS);
  const { language } = useLanguage();
  const { get, set } = useAddress();
  const hub = useHub();
  const now = new Date();
  const month = /^\d{4}-\d{2}$/.test(get('month')) ? get('month') : monthFrom(now, -1);
  const months = Array.from({ length: MONTHS_BACK }, (_, back) => monthFrom(now, -back));
  const found = useQuery({
    queryKey: ['report', under, month, hub.key],
    queryFn: () => hub.ask(MonthReportDocument, { under, month }, 'gridReport'),
  });
  const report = found.data?.data.gridReport;
  const place = found.data?.data.jurisdiction;

  return (
    <main className="report" aria-busy={found.isPending}>
      <div className="report-tools">
        <label className="field">
          {texts.report.month}
          <select value={month} onChange={(event) => set({ month: event.target.value })}>
            {(months.includes(month) ? months : [month, ...months]).map((known) => (
              <option key={known} value={known}>
                {monthName(known, language)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" className="button" disabled={!report} onClick={() => window.print()}>
          {texts.report.print}
        </button>
        <button
          type="button"
          className="button"
          disabled={!report}
          onClick={() => report && saveFile(`${under}-${month}.csv`, report.csv)}
        >
          {texts.report.csv}
        </button>
      </div>
      <h1>{texts.report.title(place?.fullName ?? under, monthName(month, language))}</h1>
      {found.isPending && <Loading />}
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {report && <AccessNote under={under} placeName={place?.name ?? under} />}
      {report && <Figures report={report} />}
      {report && <ReportTables report={report} />}
      {found.dataUpdatedAt > 0 && (
        <p className="made">
          {texts.report.made(
            `${fullDay(found.dataUpdatedAt, language)} ${hourAndMinute(found.dataUpdatedAt, language)}`,
          )}
        </p>
      )}
    </main>
  );
}

function Figures({ report }: { report: NonNullable<MonthReportQuery['gridReport']> }) {
  const texts = useTexts(BOARD_TEXTS);
  const { language } = useLanguage();
  const rate = (share: number | null): string => (share === null ? '—' : percent(share, language));
  const figures: [name: string, value: string][] = [
    [texts.report.received, number(report.received, language)],
    [texts.report.filed, number(report.filed, language)],
    [texts.report.shouldHaveClosed, number(report.shouldHaveClosed, language)],
    [texts.report.closed, number(report.closed, language)],
    [texts.report.closedOnTime, number(report.closedOnTime, language)],
    [texts.report.closingRate, rate(report.closingRate)],
    [texts.report.onTimeRate, rate(report.onTimeClosingRate)],
  ];
  const isEmpty = report.received + report.filed + report.shouldHaveClosed === 0;
  return (
    <>
      {isEmpty && <p className="empty">{texts.report.empty}</p>}
      <dl className="report-figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="note">
        {texts.report.definition}
        {report.undispatched > 0 && ` ${texts.report.undispatched(number(report.undispatched, language))}`}
      </p>
    </>
  );
}

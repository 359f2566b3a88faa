import { useQuery } from '@tanstack/react-query';
import { Suspense, useCallback, useMemo } from 'react';
import { type CountedFigureFragment, FlowPairDocument, type FlowPairQuery } from '../../operations';
import type { ChartColors } from '../../shared/charts/colors';
import { LazyChart } from '../../shared/charts/lazy-chart';
import { lineChart } from '../../shared/charts/lines';
import { ErrorNote } from '../../shared/components/error-note';
import { Loading } from '../../shared/components/loading';
import { monthFrom, number, percent } from '../../shared/format';
import { useLanguage, useTexts } from '../../shared/language';
import { useHub } from '../../shared/session';
import type { Pair, Selection } from '../selection';
import { FLOW_TEXTS, type FlowTexts } from '../texts';
import { Figure } from './figure';

/** Two years and the month itself, so that the same month of the years before is in sight. */
const SERIES_MONTHS = 25;

/** The fewest months of a series that are shown. */
const LEAST_MONTHS = 6;

type Series = NonNullable<FlowPairQuery['laborFlowSeries']>;

/** One flow: what both sides say, what was made of it and how, and how it went before. */
export function PairView({ selection, pair }: { selection: Selection; pair: Pair }) {
  const texts = useTexts(FLOW_TEXTS);
  const { language } = useLanguage();
  const hub = useHub();
  const { month, sector } = selection;
  const from = monthFrom(new Date(`${month}-15T00:00:00Z`), 1 - SERIES_MONTHS);
  const found = useQuery({
    queryKey: ['flow pair', hub.key, pair, month, sector],
    queryFn: () => hub.ask(FlowPairDocument, { ...pair, month, from, sector }, 'laborFlow'),
  });
  const flow = found.data?.data.laborFlow;
  const series = found.data?.data.laborFlowSeries;
  const origin = flow?.origin?.name ?? pair.origin;
  const destination = flow?.destination?.name ?? pair.destination;
  const reconciled = flow?.reconciled;
  return (
    <section className="card pair" aria-labelledby="pair-title" aria-busy={found.isPending}>
      <h2 id="pair-title">{texts.pair(origin, destination)}</h2>
      {found.isPending && <Loading />}
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && !flow && <p className="empty">{texts.noFigures}</p>}
      {flow && (
        <dl className="pair-figures">
          <div className="main">
            <dt>{texts.reconciled}</dt>
            <dd>
              <Figure figure={reconciled} />
              {reconciled?.low != null && reconciled.high != null && (
                <small>
                  {texts.intervalOf(number(reconciled.low, language), number(reconciled.high, language))}
                </small>
              )}
            </dd>
          </div>
          <SideFigure name={texts.byOrigin} figure={flow.reportedByOrigin} />
          <SideFigure name={texts.byDestination} figure={flow.reportedByDestination} />
        </dl>
      )}
      {reconciled && (
        <div className="method">
          <h3>{texts.method}</h3>
          <p>
            <b>{texts.methods[reconciled.method]}</b> {reconciled.explanation}
          </p>
        </div>
      )}
      {series && <SeriesView series={series} names={[origin, destination]} />}
    </section>
  );
}

/** A sum over a province has as many reporters as cities: they are counted, not listed. */
function reportersOf(agencies: readonly { name: string }[], texts: FlowTexts): string {
  const [first, second] = agencies;
  if (!first) return '';
  if (agencies.length > 2) return texts.reportedByMany(first.name, agencies.length);
  return texts.reportedBy(second ? `${first.name}、${second.name}` : first.name);
}

function SideFigure({ name, figure }: { name: string; figure: CountedFigureFragment | null }) {
  const texts = useTexts(FLOW_TEXTS);
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Figure figure={figure} />
        <small>
          {figure
            ? [
                figure.reportedBy && reportersOf(figure.reportedBy, texts),
                figure.definition
                  ? texts.definition(
                      figure.definition.minimumStayMonths,
                      figure.definition.includesFlexible,
                      figure.definition.referenceDay,
                    )
                  : texts.mixedDefinition,
              ]
                .filter(Boolean)
                .join('；')
            : texts.notReported}
        </small>
      </dd>
    </div>
  );
}

/** Months before anything was reported say nothing; half a year is shown all the same, so that a point has company. */
function sinceFirstReport(points: Series['points']): Series['points'] {
  const first = points.findIndex(({ obsStatus }) => obsStatus !== 'O');
  return points.slice(Math.max(0, Math.min(first, points.length - LEAST_MONTHS)));
}

function SeriesView({ series, names: [origin, destination] }: { series: Series; names: [string, string] }) {
  const texts = useTexts(FLOW_TEXTS);
  const { language } = useLanguage();
  const points = useMemo(() => sinceFirstReport(series.points), [series]);
  const option = useCallback(
    (colors: ChartColors) =>
      lineChart(
        {
          axis: points.map(({ month }) => month),
          lines: [
            { name: texts.reconciled, values: points.map(({ workers }) => workers) },
            {
              name: texts.byOrigin,
              values: points.map(({ flow }) => flow.reportedByOrigin?.workers ?? null),
              isDashed: true,
            },
            {
              name: texts.byDestination,
              values: points.map(({ flow }) => flow.reportedByDestination?.workers ?? null),
              isDashed: true,
            },
          ],
          band: {
            name: texts.interval,
            low: points.map(({ flow }) => flow.reconciled?.low ?? null),
            high: points.map(({ flow }) => flow.reconciled?.high ?? null),
          },
          suppressed: { name: texts.suppressed, at: points.map(({ obsStatus }) => obsStatus === 'Q') },
        },
        (value) => number(value, language),
        colors,
      ),
    [points, texts, language],
  );
  const share = (value: number | null): string => (value === null ? '—' : percent(value, language));
  return (
    <>
      <h3>{texts.series}</h3>
      <Suspense fallback={<Loading />}>
        <LazyChart
          label={texts.seriesLabel(origin, destination, points.length)}
          height={300}
          option={option}
        />
      </Suspense>
      <details className="series-table">
        <summary>{texts.asTable}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.month}</th>
              <th scope="col">{texts.reconciled}</th>
              <th scope="col">{texts.byOrigin}</th>
              <th scope="col">{texts.byDestination}</th>
              <th scope="col">{texts.monthOnMonth}</th>
              <th scope="col">{texts.yearOnYear}</th>
            </tr>
          </thead>
          <tbody>
            {points.toReversed().map((point) => (
              <tr key={point.month}>
                <th scope="row">{point.month}</th>
                <td>
                  <Figure figure={point} />
                </td>
                <td>
                  <Figure figure={point.flow.reportedByOrigin} />
                </td>
                <td>
                  <Figure figure={point.flow.reportedByDestination} />
                </td>
                <td>{share(point.monthOnMonth)}</td>
                <td>{share(point.yearOnYear)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

import { useId, useMemo, useState } from 'react';
import { useTexts } from '../../../shared/language';
import { type Exchange, type Exchanges, useExchanges } from '../../exchanges';
import { WORKBENCH_TEXTS } from '../../texts';
import { type Table, tablesOf } from '../tables';
import { ChartView } from './chart-view';
import { ReceiptsView, TimingView, WithheldView } from './sharing-views';
import { TableView } from './table-view';
import { WithheldLines } from './withheld-lines';

type View = 'json' | 'table' | 'chart' | 'withheld' | 'receipts' | 'timing';
const VIEWS: readonly View[] = ['json', 'table', 'chart', 'withheld', 'receipts', 'timing'];

/** The ways to see the latest answer, in the place of GraphiQL's own, which is the first of them. */
export function ResultViews({ exchanges }: { exchanges: Exchanges }) {
  const texts = useTexts(WORKBENCH_TEXTS);
  const all = useExchanges(exchanges);
  const [view, setView] = useState<View>('json');
  const group = useId();
  const [latest] = all;
  const withheld = latest?.withheld.length ?? 0;
  return (
    <div className="result-views" data-view={view}>
      <fieldset className="view-switch" aria-label={texts.viewsName}>
        {VIEWS.map((known) => (
          <label key={known}>
            <input type="radio" name={group} checked={view === known} onChange={() => setView(known)} />
            {texts.views[known]}
            {known === 'withheld' && withheld > 0 && <span className="counter">{withheld}</span>}
          </label>
        ))}
      </fieldset>
      {view === 'json' && <WithheldLines exchanges={exchanges} />}
      {view !== 'json' && (
        <section className="view" aria-label={texts.views[view]}>
          {latest ? (
            <LatestView key={latest.id} view={view} latest={latest} all={all} />
          ) : (
            <p className="empty">{texts.nothingYet}</p>
          )}
        </section>
      )}
    </div>
  );
}

interface LatestViewProps {
  view: Exclude<View, 'json'>;
  latest: Exchange;
  all: readonly Exchange[];
}

function LatestView({ view, latest, all }: LatestViewProps) {
  switch (view) {
    case 'table':
    case 'chart':
      return <ListView view={view} exchange={latest} />;
    case 'withheld':
      return <WithheldView exchange={latest} />;
    case 'receipts':
      return <ReceiptsView exchanges={all} />;
    case 'timing':
      return <TimingView exchanges={all} />;
  }
}

/** One list of the answer, which may have several. */
function ListView({ view, exchange }: { view: 'table' | 'chart'; exchange: Exchange }) {
  const texts = useTexts(WORKBENCH_TEXTS);
  const found = useMemo(() => tablesOf(exchange.data, exchange.withheld), [exchange]);
  const [path, setPath] = useState<string | null>(null);
  const [readOn, setReadOn] = useState<ReadonlyMap<string, Table>>(new Map());
  const first = found.find(({ rows }) => rows.length > 0) ?? found[0];
  const wanted = found.find((table) => table.path === path) ?? first;
  const table = wanted && (readOn.get(wanted.path) ?? wanted);
  if (!table) return <p className="empty">{texts.noTable}</p>;
  return (
    <>
      {found.length > 1 && (
        <label className="field list-choice">
          {texts.list}
          <select value={table.path} onChange={(event) => setPath(event.target.value)}>
            {found.map((known) => (
              <option key={known.path} value={known.path}>
                {known.path} ({known.rows.length})
              </option>
            ))}
          </select>
        </label>
      )}
      {view === 'table' ? (
        <TableView
          key={table.path}
          exchange={exchange}
          table={table}
          onRead={(whole) => setReadOn((known) => new Map(known).set(whole.path, whole))}
        />
      ) : (
        <ChartView key={table.path} table={table} />
      )}
    </>
  );
}

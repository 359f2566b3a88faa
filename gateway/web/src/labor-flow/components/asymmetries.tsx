import { useInfiniteQuery } from '@tanstack/react-query';
import { FlowAsymmetriesDocument } from '../../operations';
import { ErrorNote } from '../../shared/components/error-note';
import { Loading } from '../../shared/components/loading';
import { number } from '../../shared/format';
import { useLanguage, useTexts } from '../../shared/language';
import { useHub } from '../../shared/session';
import type { Pair, Selection } from '../selection';
import { FLOW_TEXTS } from '../texts';
import { Figure } from './figure';
import { useMatrix } from './matrix';

interface AsymmetriesProps {
  selection: Selection;
  pair: Pair | null;
  onPick(pair: Pair): void;
}

/** The flows on which the sides disagree most. */
export function Asymmetries({ selection, pair, onPick }: AsymmetriesProps) {
  const texts = useTexts(FLOW_TEXTS);
  const { language } = useLanguage();
  const hub = useHub();
  // Both are sums over all pairs: asked at once, each would make the other wait, and the matrix is looked at first.
  const isAwaited = useMatrix(selection).isPending;
  const found = useInfiniteQuery({
    queryKey: ['flow asymmetries', hub.rights, selection],
    enabled: !isAwaited,
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam }) => {
      const variables = { ...selection, after: pageParam };
      const { data } = await hub.ask(FlowAsymmetriesDocument, variables, 'laborFlowAsymmetries');
      return data.laborFlowAsymmetries;
    },
    getNextPageParam: (last) => (last?.pageInfo.hasNextPage ? last.pageInfo.endCursor : null),
  });
  const flows = (found.data?.pages ?? []).flatMap((page) => (page?.edges ?? []).map(({ node }) => node));
  return (
    <section className="card asymmetries" aria-labelledby="ranking-title" aria-busy={found.isPending}>
      <h2 id="ranking-title">{texts.ranking}</h2>
      {found.isPending && <Loading />}
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && flows.length === 0 && <p className="empty">{texts.noRanking}</p>}
      {flows.length > 0 && (
        <>
          <div className="scroller">
            <table>
              <thead>
                <tr>
                  <th scope="col">{texts.pair(texts.origin, texts.destination)}</th>
                  <th scope="col">{texts.byOrigin}</th>
                  <th scope="col">{texts.byDestination}</th>
                  <th scope="col">{texts.asymmetry}</th>
                  <th scope="col">{texts.reconciled}</th>
                </tr>
              </thead>
              <tbody>
                {flows.map(({ origin, destination, asymmetry, ...flow }) => {
                  const from = origin?.code ?? '';
                  const to = destination?.code ?? '';
                  return (
                    <tr key={`${from} ${to}`}>
                      <th scope="row">
                        <button
                          type="button"
                          aria-pressed={pair?.origin === from && pair.destination === to}
                          onClick={() => onPick({ origin: from, destination: to })}
                        >
                          {texts.pair(origin?.name ?? from, destination?.name ?? to)}
                        </button>
                      </th>
                      <td>
                        <Figure figure={flow.reportedByOrigin} />
                      </td>
                      <td>
                        <Figure figure={flow.reportedByDestination} />
                      </td>
                      <td>{asymmetry !== null && <Bar share={asymmetry} />}</td>
                      <td>
                        <Figure figure={flow.reconciled} />
                        {flow.reconciled?.low != null && flow.reconciled.high != null && (
                          <small>
                            {number(flow.reconciled.low, language)}–{number(flow.reconciled.high, language)}
                          </small>
                        )}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
          {found.hasNextPage && (
            <button
              type="button"
              className="button"
              disabled={found.isFetchingNextPage}
              onClick={() => void found.fetchNextPage()}
            >
              {texts.more}
            </button>
          )}
          <p className="note">{texts.rankingNote}</p>
        </>
      )}
    </section>
  );
}

/** From the middle to the side that counts more. */
function Bar({ share }: { share: number }) {
  const width = `${Math.abs(share) * 50}%`;
  return (
    <span className="balance">
      <span className="track" aria-hidden="true">
        <span style={share < 0 ? { right: '50%', width } : { left: '50%', width }} />
      </span>
      {share.toFixed(3)}
    </span>
  );
}

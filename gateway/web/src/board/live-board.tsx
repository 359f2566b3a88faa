import type { GridCaseStage } from '../operations';
import { useAddress } from '../shared/address';
import { ErrorNote } from '../shared/components/error-note';
import { Loading } from '../shared/components/loading';
import { useTexts } from '../shared/language';
import { AccessNote } from './components/access-note';
import { Changes } from './components/changes';
import { Clock, ConnectionLine } from './components/connection-line';
import { CaseDialog, StageDialog } from './components/dialogs';
import { Figures } from './components/figures';
import { Alerts, Departments, Due, Forces } from './components/panels';
import { BOARD_TEXTS } from './texts';
import { useBoard } from './use-board';

/** A place as it stands, and as it changes. */
export function LiveBoard({ under }: { under: string }) {
  const texts = useTexts(BOARD_TEXTS);
  const { get, set } = useAddress();
  const { picture, connection, changes } = useBoard(under);
  const openCase = (id: string): void => set({ case: id });
  const stage = get('stage') as GridCaseStage | '';

  const answer = picture.data;
  const summary = answer?.data.gridBoardSummary;
  const failedAt = answer && picture.isError ? picture.errorUpdatedAt : null;
  const isStale = connection.state === 'lost' || connection.state === 'stopped' || failedAt !== null;

  return (
    <main className={isStale ? 'board stale' : 'board'} aria-busy={picture.isPending}>
      <div className="heading">
        <h1>{answer?.data.jurisdiction?.name ?? under}</h1>
        <ConnectionLine connection={connection} pictureAt={summary?.at ?? null} failedAt={failedAt} />
        <Clock />
      </div>
      {picture.isPending && <Loading />}
      {picture.error && !answer && <ErrorNote error={picture.error} onRetry={() => void picture.refetch()} />}
      {answer && answer.errors.length > 0 && (
        <p className="trouble" role="alert">
          {texts.partial([...new Set(answer.errors.map(({ message }) => message))].join(' '))}
        </p>
      )}
      {answer && summary && (
        <>
          <AccessNote under={under} placeName={answer.data.jurisdiction?.name ?? under} />
          <Figures summary={summary} onStage={(chosen) => set({ stage: chosen })} />
          <Due picture={answer.data} onCase={openCase} />
          <Changes changes={changes} picture={answer.data} onCase={openCase} />
          <div className="side">
            <Alerts picture={answer.data} onCase={openCase} />
            <Forces summary={summary} />
          </div>
          <Departments summary={summary} />
        </>
      )}
      {stage && !get('case') && (
        <StageDialog under={under} stage={stage} onCase={openCase} onClose={() => set({ stage: '' })} />
      )}
      {get('case') && <CaseDialog key={get('case')} id={get('case')} onClose={() => set({ case: '' })} />}
    </main>
  );
}

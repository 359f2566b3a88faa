import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { CaseLifeDocument, type GridCaseStage, StageCasesDocument } from '../../operations';
import { ErrorNote } from '../../shared/components/error-note';
import { Loading } from '../../shared/components/loading';
import { dayAndTime } from '../../shared/format';
import { useLanguage, useTexts } from '../../shared/language';
import { useHub } from '../../shared/session';
import { BOARD_TEXTS } from '../texts';
import { CaseList } from './case-list';
import { Timeline } from './timeline';

interface DialogProps {
  title: string;
  onClose(): void;
  children: ReactNode;
}

/** The browser's own dialog: it keeps the focus, gives it back, and closes on Escape or a click beside it. */
function Dialog({ title, onClose, children }: DialogProps) {
  const { messages } = useLanguage();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the browser closes a dialog on Escape by itself
    <dialog
      ref={dialog}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current.close();
      }}
    >
      <div className="dialog-body">
        <header>
          <h2>{title}</h2>
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {messages.close}
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

interface StageDialogProps {
  under: string;
  stage: GridCaseStage;
  onCase(id: string): void;
  onClose(): void;
}

/** The cases that stand at a step. */
export function StageDialog({ under, stage, onCase, onClose }: StageDialogProps) {
  const texts = useTexts(BOARD_TEXTS);
  const hub = useHub();
  const found = useQuery({
    queryKey: ['stage', under, stage, hub.key],
    queryFn: () => hub.ask(StageCasesDocument, { under, stage }, 'gridCases'),
    staleTime: 0,
  });
  const page = found.data?.data.gridCases;
  return (
    <Dialog title={texts.cases(texts.stages[stage])} onClose={onClose}>
      {found.isPending && <Loading />}
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {page?.edges.length === 0 && <p className="empty">{texts.noCases}</p>}
      {page && <CaseList cases={page.edges.map(({ node }) => node)} onCase={onCase} />}
      {page?.pageInfo.hasNextPage && <p className="note">{texts.moreCases}</p>}
    </Dialog>
  );
}

interface CaseDialogProps {
  id: string;
  onClose(): void;
}

/** A case from its report to where it stands. */
export function CaseDialog({ id, onClose }: CaseDialogProps) {
  const texts = useTexts(BOARD_TEXTS);
  const { language } = useLanguage();
  const hub = useHub();
  const found = useQuery({
    queryKey: ['case', id, hub.key],
    queryFn: () => hub.ask(CaseLifeDocument, { id }, 'gridCase'),
    staleTime: 0,
  });
  const life = found.data?.data.gridCase;
  const rows: [name: string, value: string | null | undefined][] = life
    ? [
        [texts.number, life.number],
        [texts.category, life.category.name],
        [texts.source, texts.sources[life.source]],
        [
          texts.where,
          [life.jurisdiction?.name, life.location?.address, life.reach?.name].filter(Boolean).join(' · '),
        ],
        [texts.reporter, life.reporter?.name],
        [texts.reportedAt, dayAndTime(life.reportedAt, language)],
        [texts.dueDate, life.dueAt && dayAndTime(life.dueAt, language)],
        [texts.closedAt, life.closedAt && dayAndTime(life.closedAt, language)],
        [texts.handler, life.currentTask?.agency?.name],
      ]
    : [];
  return (
    <Dialog title={life?.title ?? texts.oneCase} onClose={onClose}>
      {found.isPending && <Loading />}
      {found.error && <ErrorNote error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && !life && <p className="empty">{texts.caseGone}</p>}
      {life && (
        <>
          <p className="standing">
            <span className={`badge ${life.isOverdue ? 'alarm' : ''}`}>{texts.stages[life.stage]}</span>
            {life.isOverdue && <span className="badge alarm">{texts.overdue}</span>}
            {life.isSupervised && <span className="badge">{texts.supervised}</span>}
          </p>
          {life.description && <p>{life.description}</p>}
          <dl className="facts">
            {rows.map(
              ([name, value]) =>
                value && (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ),
            )}
          </dl>
          <Timeline life={life} />
        </>
      )}
    </Dialog>
  );
}

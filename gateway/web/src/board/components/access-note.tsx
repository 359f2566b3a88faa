import { useQuery } from '@tanstack/react-query';
import { BoardAccessDocument, BoardPictureDocument } from '../../operations';
import { useTexts } from '../../shared/language';
import { useHub, useSession } from '../../shared/session';
import { BOARD_TEXTS } from '../texts';

interface AccessNoteProps {
  under: string;
  placeName: string;
}

/**
 * Says when the figures are not the whole, because the unit is no party to the place's cases: what it may not see does
 * not exist for it, so that no number could tell.
 */
export function AccessNote({ under, placeName }: AccessNoteProps) {
  const texts = useTexts(BOARD_TEXTS);
  const hub = useHub();
  const { agency } = useSession();
  const access = useQuery({
    queryKey: ['access', hub.key],
    queryFn: () => hub.ask(BoardAccessDocument, { operation: BoardPictureDocument.toString() }),
    enabled: agency !== null,
  });
  const field = access.data?.data.explainAccess?.fields.find(({ item }) => item === 'grid.cases');
  if (!field) return null;
  const isParty = field.canBePartyByPlace && under.startsWith(trimmed(field.partyPlace?.code ?? '-'));
  if (isParty || field.outcome === 'GRANTED') return null;
  return (
    <p className="access-note" role="note">
      {texts.notParty(placeName)} {field.advice}{' '}
      {field.outcome !== 'PARTIES_ONLY' && (
        <a href={`/graphiql?grant=${encodeURIComponent(field.item)}`}>{texts.prepareGrant}</a>
      )}
    </p>
  );
}

/** What the codes of all places in a place begin with: zeros fill up the codes of provinces and prefectures. */
const trimmed = (code: string): string => (code.length === 6 ? code.replace(/(00){1,2}$/, '') : code);

import { useTexts } from '../../../shared/language';
import { LockIcon } from '../../components/icons';
import type { GrantWish } from '../../grant-request';
import { reasonWords, WORKBENCH_TEXTS, withheldWords } from '../../texts';
import { mayBeAskedFor, type WithheldValue } from '../../withheld';

interface WithheldCellProps {
  value: WithheldValue;
  onPrepare(wish: GrantWish): void;
}

/** What stands in the cell of a value that was withheld: that it was, by whom and why, and the request for a grant. */
export function WithheldCell({ value, onPrepare }: WithheldCellProps) {
  const texts = useTexts(WORKBENCH_TEXTS);
  return (
    <span className="withheld-cell">
      <LockIcon />
      <span className="withheld-words" title={withheldWords(texts, value)}>
        {texts.withheldCell} <span className="provider">{value.provider}</span> {reasonWords(texts, value)}
      </span>
      {mayBeAskedFor(value) && (
        // No stop of the Tab key: Enter does the same in the cell that one is at.
        <button
          type="button"
          className="button"
          tabIndex={-1}
          title={texts.prepare}
          onClick={() => onPrepare(value)}
        >
          {texts.prepareShort}
        </button>
      )}
    </span>
  );
}

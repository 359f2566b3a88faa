import { number } from '../../shared/format';
import { useLanguage, useTexts } from '../../shared/language';
import { FLOW_TEXTS } from '../texts';

interface FigureProps {
  figure: { workers: number | null; obsStatus: string } | null | undefined;
}

/** A number of workers; what is suppressed looks suppressed, and what was not reported is not zero. */
export function Figure({ figure }: FigureProps) {
  const texts = useTexts(FLOW_TEXTS);
  const { language } = useLanguage();
  if (!figure || figure.obsStatus === 'O') {
    return (
      <span className="missing" title={texts.missing}>
        — <span className="read-out">{texts.missing}</span>
      </span>
    );
  }
  if (figure.workers === null) {
    return (
      <span className="suppressed" title={texts.suppressed}>
        &lt;10 <span className="read-out">{texts.suppressed}</span>
      </span>
    );
  }
  return <span>{number(figure.workers, language)}</span>;
}

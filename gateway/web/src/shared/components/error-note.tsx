import { useLanguage } from '../language';
import { Trouble } from '../trouble';

interface ErrorNoteProps {
  error: Error;
  onRetry(): void;
}

/** Why something cannot be shown, and a way to ask for it again. */
export function ErrorNote({ error, onRetry }: ErrorNoteProps) {
  const { messages } = useLanguage();
  if (!(error instanceof Trouble)) throw error;
  return (
    <div className="error-note" role="alert">
      <p>{error.sentence(messages)}</p>
      <button type="button" className="button" onClick={onRetry}>
        {messages.tryAgain}
      </button>
    </div>
  );
}

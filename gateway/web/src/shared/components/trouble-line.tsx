import { useLanguage } from '../language';
import type { Trouble } from '../trouble';

export function TroubleLine({ trouble }: { trouble: Trouble }) {
  const { messages } = useLanguage();
  return (
    <p className="trouble" role="alert">
      {trouble.sentence(messages)}
    </p>
  );
}

import { useLanguage } from '../language';

export function Loading() {
  const { messages } = useLanguage();
  return <p className="loading">{messages.loading}</p>;
}

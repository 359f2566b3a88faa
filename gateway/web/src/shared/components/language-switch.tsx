import { useLanguage } from '../language';

/** One button, which names the other language in that language. */
export function LanguageSwitch() {
  const { language, messages, setLanguage } = useLanguage();
  const other = language === 'en' ? 'zh-CN' : 'en';
  return (
    <button type="button" className="button" lang={other} onClick={() => setLanguage(other)}>
      {messages.otherLanguage}
    </button>
  );
}

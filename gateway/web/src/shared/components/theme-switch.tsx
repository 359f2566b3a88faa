import { useLanguage } from '../language';
import { useTheme } from '../theme';

/** One button, which names the other theme. */
export function ThemeSwitch() {
  const { messages } = useLanguage();
  const { theme, setTheme } = useTheme();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <button type="button" className="button" onClick={() => setTheme(other)}>
      {other === 'dark' ? messages.toDark : messages.toLight}
    </button>
  );
}

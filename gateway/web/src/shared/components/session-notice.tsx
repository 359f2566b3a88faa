import { hourAndMinute } from '../format';
import { useLanguage } from '../language';
import { useSession } from '../session';
import { signInAddress, titleOf } from '../sign-in';

/** Tells whoever is signed in that it ends, or has ended, and where to go on; in a page of its own, so that nothing is lost here. */
export function SessionNotice() {
  const { messages, language } = useLanguage();
  const { signIn, identity } = useSession();
  const { notice, providers } = signIn;
  // A demo unit that was chosen is seen instead.
  if (!notice || identity) return null;
  return (
    <div className="session-notice" role="alert">
      <p>
        {notice.kind === 'ends'
          ? messages.sessionEnds(hourAndMinute(notice.at, language))
          : messages.sessionEnded}
      </p>
      {providers.map(({ id, title }) => (
        <a key={id} className="button" href={signInAddress(id)} target="_blank" rel="noreferrer">
          {messages.signInAgainAt(titleOf(title, language))}
        </a>
      ))}
    </div>
  );
}

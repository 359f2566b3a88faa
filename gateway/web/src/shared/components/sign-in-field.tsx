import { useLanguage } from '../language';
import { useSession } from '../session';
import { signInAddress, titleOf } from '../sign-in';

/** Who is signed in and the way out, or the places to sign in at. */
export function SignInField() {
  const { messages, language } = useLanguage();
  const { signIn, identity, keeper } = useSession();
  const { providers, person } = signIn;
  if (person) {
    return (
      <span className="person">
        {/* A demo unit that was chosen is seen instead. */}
        {!identity && `${person.user} · ${person.agency}`}
        <button type="button" className="button" onClick={() => void keeper.end()}>
          {messages.signOut}
        </button>
      </span>
    );
  }
  return providers.map(({ id, title }) => (
    <a key={id} className="button" href={signInAddress(id)}>
      {messages.signInAt(titleOf(title, language))}
    </a>
  ));
}

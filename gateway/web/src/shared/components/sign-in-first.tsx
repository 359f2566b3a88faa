import { useSession } from '../session';
import { SignInField } from './sign-in-field';
import { UnitPicker } from './unit-picker';

/** Instead of a page that is for units: why it is not shown, and the ways to have it shown. */
export function SignInFirst({ sentence }: { sentence: string }) {
  const { demo, identity, choose } = useSession();
  return (
    <section className="sign-in-first">
      <p>{sentence}</p>
      <div className="ways">
        {demo && <UnitPicker demo={demo} identity={identity} onChoose={choose} />}
        <SignInField />
      </div>
    </section>
  );
}

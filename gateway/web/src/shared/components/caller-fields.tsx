import { useSession } from '../session';
import { PurposeField } from './purpose-field';
import { SignInField } from './sign-in-field';
import { UnitPicker } from './unit-picker';

/** Whom the hub sees, and what they read for. */
export function CallerFields() {
  const { demo, identity, choose, purpose, setPurpose } = useSession();
  return (
    <>
      {demo && <UnitPicker demo={demo} identity={identity} onChoose={choose} />}
      <SignInField />
      <PurposeField value={purpose} onChange={setPurpose} />
    </>
  );
}

import { useAddress } from '../shared/address';
import { CallerFields } from '../shared/components/caller-fields';
import { PlaceField } from '../shared/components/place-field';
import { SignInFirst } from '../shared/components/sign-in-first';
import { TopBar } from '../shared/components/top-bar';
import { TroubleLine } from '../shared/components/trouble-line';
import { useLanguage, useTexts } from '../shared/language';
import { placeOf, useSession } from '../shared/session';
import { LiveBoard } from './live-board';
import { Report } from './report';
import { BOARD_TEXTS } from './texts';

/** `/board` is a place as it stands; `/board/report` its month, on paper. */
export function Board() {
  const { messages } = useLanguage();
  const texts = useTexts(BOARD_TEXTS);
  const { agency, trouble } = useSession();
  const { get, set } = useAddress();
  const place = get('place') || placeOf(agency) || '';
  const isReport = location.pathname.endsWith('/report');
  const other = `${isReport ? '/board' : '/board/report'}${place ? `?place=${place}` : ''}`;

  return (
    <div className={isReport ? 'page report-page' : 'page board-page'}>
      <TopBar page="board">
        <details className="settings">
          <summary className="button">{messages.settings}</summary>
          <div className="settings-body">
            <PlaceField
              label={messages.place}
              code={place}
              onChoose={(code) => set({ place: code, case: '', stage: '' })}
            />
            <CallerFields />
          </div>
        </details>
        <a className="button" href={other}>
          {isReport ? texts.backToBoard : texts.monthReport}
        </a>
      </TopBar>
      {trouble && <TroubleLine trouble={trouble} />}
      {agency === null || place === '' ? (
        <main>
          <h1 className="read-out">{messages.pages.board}</h1>
          <SignInFirst sentence={texts.signIn} />
        </main>
      ) : isReport ? (
        <Report under={place} />
      ) : (
        <LiveBoard key={place} under={place} />
      )}
    </div>
  );
}

import { CallerFields } from '../shared/components/caller-fields';
import { ErrorNote } from '../shared/components/error-note';
import { Loading } from '../shared/components/loading';
import { SignInFirst } from '../shared/components/sign-in-first';
import { TopBar } from '../shared/components/top-bar';
import { TroubleLine } from '../shared/components/trouble-line';
import { useLanguage, useTexts } from '../shared/language';
import { useSession } from '../shared/session';
import { Asymmetries } from './components/asymmetries';
import { Filters } from './components/filters';
import { FlowMatrix, largestOf, useMatrix } from './components/matrix';
import { PairView } from './components/pair-view';
import { type Pair, type Selection, useSelection } from './selection';
import { FLOW_TEXTS } from './texts';

/** How many people of one place work in another: a month, a sector and places are chosen, the rest follows. */
export function LaborFlow() {
  const { messages } = useLanguage();
  const texts = useTexts(FLOW_TEXTS);
  const { agency, trouble } = useSession();
  return (
    <div className="page">
      <TopBar page="labor-flow">
        <details className="settings">
          <summary className="button">{messages.settings}</summary>
          <div className="settings-body">
            <CallerFields />
          </div>
        </details>
      </TopBar>
      {trouble && <TroubleLine trouble={trouble} />}
      <main className="flow">
        <h1>{texts.title}</h1>
        {agency === null ? <SignInFirst sentence={texts.signIn} /> : <Flows />}
      </main>
    </div>
  );
}

function Flows() {
  const { selection, pair, latest, change, choosePair } = useSelection();
  if (latest.error) return <ErrorNote error={latest.error} onRetry={() => void latest.refetch()} />;
  if (!selection) return <Loading />;
  return (
    <>
      <Filters selection={selection} change={change} />
      <div className="cards">
        <FlowMatrix selection={selection} pair={pair} onPick={choosePair} />
        <ChosenPair selection={selection} pair={pair} />
        <Asymmetries selection={selection} pair={pair} onPick={choosePair} />
      </div>
    </>
  );
}

/** The flow that was picked; before any was, the largest of the matrix. */
function ChosenPair({ selection, pair }: { selection: Selection; pair: Pair | null }) {
  const texts = useTexts(FLOW_TEXTS);
  const matrix = useMatrix(selection);
  const largest = largestOf(matrix.data?.data.laborFlowMatrix);
  const shown = pair ?? (largest && { origin: largest.originCode, destination: largest.destinationCode });
  if (shown) return <PairView selection={selection} pair={shown} />;
  return (
    <section className="card pair">
      <p className="empty">{texts.noPair}</p>
    </section>
  );
}

import { clockTime, number } from '../../../shared/format';
import type { Withheld } from '../../../shared/hub';
import { useLanguage, useTexts } from '../../../shared/language';
import type { Exchange } from '../../exchanges';
import { type GrantWish, useGrantRequest } from '../../grant-request';
import { reasonWords, WORKBENCH_TEXTS } from '../../texts';
import { mayBeAskedFor, WithheldValue } from '../../withheld';

/** What of the answer was withheld, from whom it can be asked for, and the request for it. */
export function WithheldView({ exchange }: { exchange: Exchange }) {
  const texts = useTexts(WORKBENCH_TEXTS);
  const { language } = useLanguage();
  const prepare = useGrantRequest();
  if (exchange.withheld.length === 0) return <p className="empty">{texts.noneWithheld}</p>;
  return (
    <div className="plain-table">
      <p>{texts.withheldNote}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.field}</th>
            <th scope="col">{texts.count}</th>
            <th scope="col">{texts.reason}</th>
            <th scope="col">{texts.providers}</th>
          </tr>
        </thead>
        <tbody>
          {exchange.withheld.map((entry) => (
            <tr key={`${entry.coordinate} ${entry.reason}`}>
              <th scope="row">
                <code>{entry.coordinate}</code>
                <br />
                {entry.item}
              </th>
              <td>{number(entry.count, language)}</td>
              <td>{entry.class === 'WITHHELD' ? texts.partiesOnly : texts.reasons[entry.reason]}</td>
              <td>
                <Providers entry={entry} prepare={prepare} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Each provider with its own reason, in how many places of the answer, and the request or what to do instead. */
function Providers({ entry, prepare }: { entry: Withheld; prepare(wish: GrantWish): void }) {
  const texts = useTexts(WORKBENCH_TEXTS);
  const { language } = useLanguage();
  return (
    <>
      <ul>
        {entry.providers.map((provider) => {
          const value = withheldBy(entry, provider);
          const count = placesOf(entry, provider);
          return (
            <li key={provider}>
              {texts.providerOf(
                provider,
                reasonWords(texts, value),
                count > 0 ? number(count, language) : null,
              )}{' '}
              {mayBeAskedFor(value) && (
                <button type="button" className="button" onClick={() => prepare(value)}>
                  {texts.prepare}
                </button>
              )}
              {value.isGrantable && value.reason === 'NO_PURPOSE' && texts.statePurpose}
            </li>
          );
        })}
      </ul>
      {entry.placesLeftOff !== undefined && texts.placesLeftOff(number(entry.placesLeftOff, language))}
    </>
  );
}

function withheldBy(
  { coordinate, item, class: kind, reason, places = [] }: Withheld,
  provider: string,
): WithheldValue {
  const own = places.find((place) => place.provider === provider)?.reason ?? reason;
  return new WithheldValue(coordinate, item, provider, own, kind !== 'WITHHELD');
}

const placesOf = ({ places = [] }: Withheld, provider: string): number =>
  places.filter((place) => place.provider === provider).reduce((sum, { indexes }) => sum + indexes.length, 0);

/** The receipts of what was seen since the page was opened. */
export function ReceiptsView({ exchanges }: { exchanges: readonly Exchange[] }) {
  const texts = useTexts(WORKBENCH_TEXTS);
  const { language } = useLanguage();
  const sealed = exchanges.filter(({ receipt }) => receipt !== null);
  if (sealed.length === 0) return <p className="empty">{texts.noReceipts}</p>;
  return (
    <div className="plain-table">
      <p>{texts.receiptsNote}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.at}</th>
            <th scope="col">{texts.operation}</th>
            <th scope="col">{texts.receipt}</th>
            <th scope="col">{texts.hash}</th>
          </tr>
        </thead>
        <tbody>
          {sealed.map(({ id, at, operationName, receipt }) => (
            <tr key={id}>
              <td>{clockTime(at, language)}</td>
              <th scope="row">{operationName ?? '—'}</th>
              <td>
                <code>{receipt?.id}</code>
              </td>
              <td>
                <code>{receipt?.hash}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How long each answer took on its way. */
export function TimingView({ exchanges }: { exchanges: readonly Exchange[] }) {
  const texts = useTexts(WORKBENCH_TEXTS);
  const { language } = useLanguage();
  const ms = (value: number): string => `${number(Math.round(value), language)} ms`;
  return (
    <div className="plain-table">
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.at}</th>
            <th scope="col">{texts.operation}</th>
            <th scope="col">{texts.timings.waited}</th>
            <th scope="col">{texts.timings.read}</th>
            <th scope="col">{texts.timings.size}</th>
          </tr>
        </thead>
        <tbody>
          {exchanges.map(({ id, at, operationName, timing }) => (
            <tr key={id}>
              <td>{clockTime(at, language)}</td>
              <th scope="row">{operationName ?? '—'}</th>
              <td>{ms(timing.waitedMs)}</td>
              <td>{ms(timing.readMs)}</td>
              <td>{number(Math.round(timing.bytes / 102.4) / 10, language)} KB</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

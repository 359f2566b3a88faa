import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { getOperationAST, parse } from 'graphql';
import { useState } from 'react';
import { useLanguage, useTexts } from '../../shared/language';
import { linkTo, type SharedQuery } from '../share';
import { WORKBENCH_TEXTS } from '../texts';
import { SHELVES } from './library';
import { keepOwnQueries, loadOwnQueries } from './own-queries';

/** The queries that the hub comes with, and one's own; each opens in a tab. */
export function LibraryPlugin() {
  const texts = useTexts(WORKBENCH_TEXTS);
  const { language } = useLanguage();
  const { addTab } = useGraphiQLActions();
  const { queryEditor, variableEditor } = useGraphiQL(pick('queryEditor', 'variableEditor'));
  const [own, setOwn] = useState(loadOwnQueries);
  const [said, setSaid] = useState('');

  const open = ({ query, variables }: SharedQuery): void => {
    addTab();
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables);
  };
  const current = (): SharedQuery => ({
    query: queryEditor?.getValue() ?? '',
    variables: variableEditor?.getValue() ?? '',
  });
  const save = (): void => {
    const shared = current();
    const name = nameOf(shared.query);
    setOwn(keepOwnQueries([{ name, ...shared }, ...own.filter((known) => known.name !== name)]));
  };
  const copyLink = async (): Promise<void> => {
    const link = await linkTo(current());
    await navigator.clipboard.writeText(link).catch(() => {});
    history.replaceState(history.state, '', link);
    setSaid(texts.copied);
  };

  return (
    <section className="library" aria-label={texts.library}>
      <h2>{texts.library}</h2>
      <p>{texts.libraryNote}</p>
      <p className="library-tools">
        <button type="button" className="button" onClick={save}>
          {texts.save}
        </button>
        <button type="button" className="button" onClick={() => void copyLink()}>
          {texts.copyLink}
        </button>
      </p>
      <p role="status">{said}</p>
      <h3>{texts.mine}</h3>
      {own.length === 0 && <p>{texts.noneMine}</p>}
      <ul>
        {own.map((query) => (
          <li key={query.name}>
            <button type="button" onClick={() => open(query)}>
              {query.name}
            </button>
            <button
              type="button"
              className="remove"
              aria-label={texts.remove(query.name)}
              onClick={() => setOwn(keepOwnQueries(own.filter((known) => known !== query)))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      {SHELVES.map((shelf) => (
        <div key={shelf.title.en}>
          <h3>{shelf.title[language]}</h3>
          <ul>
            {shelf.queries.map(({ title, query, variables }) => (
              <li key={title.en}>
                <button
                  type="button"
                  onClick={() => open({ query: `${query}\n`, variables: JSON.stringify(variables, null, 2) })}
                >
                  {title[language]}
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function nameOf(query: string): string {
  try {
    return getOperationAST(parse(query))?.name?.value ?? query.trim().slice(0, 40);
  } catch {
    return query.trim().slice(0, 40);
  }
}

import { DOC_EXPLORER_PLUGIN, useDocExplorerActions } from '@graphiql/plugin-doc-explorer';
import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTexts } from '../../shared/language';
import { WORKBENCH_TEXTS } from '../texts';
import { type Hit, indexOf, search } from './search';

/** Finds in the documentation what its own search, which knows names only, does not: words of the descriptions. */
export function DocsSearchPlugin() {
  const texts = useTexts(WORKBENCH_TEXTS);
  const { schema } = useGraphiQL(pick('schema'));
  const { setVisiblePlugin } = useGraphiQLActions();
  const { push, reset } = useDocExplorerActions();
  const [wanted, setWanted] = useState('');
  const index = useMemo(() => (schema ? indexOf(schema) : []), [schema]);
  const deferred = useDeferredValue(wanted);
  const hits = useMemo(() => search(index, deferred), [index, deferred]);

  const open = ({ type, field }: Hit): void => {
    reset();
    push({ name: type.name, def: type });
    if (field) push({ name: field.name, def: field });
    setVisiblePlugin(DOC_EXPLORER_PLUGIN);
  };

  return (
    <section className="docs-search" aria-label={texts.search}>
      <h2>{texts.search}</h2>
      <input
        type="search"
        aria-label={texts.searchLabel}
        placeholder={texts.searchHint}
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
      />
      <p role="status">{deferred && (hits.length > 0 ? texts.found(hits.length) : texts.noneFound)}</p>
      <ul>
        {hits.map((hit) => (
          <li key={hit.coordinate}>
            <button type="button" onClick={() => open(hit)}>
              <code>{hit.coordinate}</code>
              <span>{hit.description}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

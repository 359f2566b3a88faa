import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useEffectEvent } from 'react';
import { useGrantRequest } from '../grant-request';
import { readLink } from '../share';

/**
 * Opens in a tab what the page's address asks for: a query that somebody passed on, or the request for a grant. Draws
 * nothing.
 */
export function OpenedByLink() {
  const { addTab } = useGraphiQLActions();
  const { queryEditor, variableEditor } = useGraphiQL(pick('queryEditor', 'variableEditor'));
  const prepareGrant = useGrantRequest();

  const open = useEffectEvent(async () => {
    const item = new URLSearchParams(location.search).get('grant');
    const shared = await readLink(location.hash);
    if (!item && !shared) return;
    // Once: a page that is loaded again comes back with its tabs.
    history.replaceState(history.state, '', location.pathname);
    if (item) prepareGrant({ item, provider: '' });
    if (!shared) return;
    addTab();
    queryEditor?.setValue(shared.query);
    variableEditor?.setValue(shared.variables);
  });

  const isReady = queryEditor !== undefined && variableEditor !== undefined;
  useEffect(() => {
    if (!isReady) return;
    // Behind GraphiQL's own filling of the editors.
    const timer = setTimeout(() => void open(), 0);
    return () => clearTimeout(timer);
  }, [isReady]);
  return null;
}

import { useSyncExternalStore } from 'react';

const CHANGED = 'delta-hub:address';

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener(CHANGED, listener);
  };
}

/** What the page shows, kept in its address, so that it can be passed on and "back" leads back. */
export function useAddress(): {
  get(name: string): string;
  set(changes: Record<string, string>): void;
} {
  const search = useSyncExternalStore(subscribe, () => location.search);
  return {
    get: (name) => new URLSearchParams(search).get(name) ?? '',
    set: (changes) => {
      const next = new URLSearchParams(location.search);
      for (const [name, value] of Object.entries(changes)) {
        if (value === '') next.delete(name);
        else next.set(name, value);
      }
      history.pushState(null, '', `${location.pathname}${next.size > 0 ? `?${next}` : ''}`);
      window.dispatchEvent(new Event(CHANGED));
    },
  };
}

/** Plain strokes in the manner of GraphiQL's own icons. */
const Icon = ({ path }: { path: string }) => (
  <svg
    width="1em"
    height="1em"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.5"
    strokeLinecap="round"
    aria-hidden="true"
  >
    <path d={path} />
  </svg>
);

export const SearchIcon = () => <Icon path="M11 4a7 7 0 1 0 0 14a7 7 0 0 0 0-14M16 16l5 5" />;
export const LockIcon = () => <Icon path="M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3M12 15v2" />;
export const LibraryIcon = () => <Icon path="M4 4v16M8 4v16M12 4v16M15.500 4.500l4.500 15" />;

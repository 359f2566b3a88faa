import { type ReactNode, useId } from 'react';

interface PanelProps {
  className: string;
  title: string;
  /** Whether it holds nothing that takes the focus, and so must take it itself to be scrolled by keyboard. */
  isPlain?: boolean;
  children: ReactNode;
}

/** A part of the board under its name. */
export function Panel({ className, title, isPlain = false, children }: PanelProps) {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={id} tabIndex={isPlain ? 0 : undefined}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

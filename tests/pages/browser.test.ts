/*
 * The pages in a real Chromium, a file each beside this one; they share a hub and a browser. One alone:
 * `npx jest tests/pages -t 'the board'`.
 */
import './board';
import './report';
import './labor-flow';
import './workbench';
import './answers';
import './sign-in';

import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { showPage } from '../shared/page';
import { App } from './app';

showPage('graphiql', <App />);

import './board.css';
import './report.css';
import { showPage } from '../shared/page';
import { Board } from './board';

showPage('board', <Board />);

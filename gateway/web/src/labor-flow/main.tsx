import './labor-flow.css';
import { showPage } from '../shared/page';
import { LaborFlow } from './labor-flow';

showPage('labor-flow', <LaborFlow />);

import './labor-flow.css';
import { loadCharts } from '../shared/charts/lazy-chart';
import { showPage } from '../shared/page';
import { LaborFlow } from './labor-flow';

showPage('labor-flow', <LaborFlow />);
// Whatever comes of it is known to whom the first chart is drawn for.
loadCharts().catch(() => {});

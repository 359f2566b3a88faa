import { testFaults } from './faults';

testFaults({
  faultMs: 1_500,
  perSecond: 10,
  cases: [
    ['personnel', 'killed'],
    ['registry', 'hung'],
    ['registry', 'talking garbage'],
    ['grid', 'slowed'],
    ['agriculture', 'closing half-way'],
    ['database', 'talking garbage'],
    ['database', 'killed'],
  ],
});

import { testFaults } from './faults';

testFaults({
  faultMs: 2_500,
  perSecond: 20,
  cases: [
    ['personnel', 'killed'],
    ['registry', 'hung'],
    ['grid', 'slowed'],
    ['agriculture', 'talking garbage'],
    ['personnel', 'closing half-way'],
    ['database', 'killed'],
    ['database', 'talking garbage'],
  ],
});

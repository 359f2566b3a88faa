import { FAULTS, PARTS } from '../support/spread-hub';
import { tableOf, testFaults } from './faults';

const { findings } = testFaults({
  faultMs: 60_000,
  perSecond: 40,
  cases: PARTS.flatMap((part) => FAULTS.map((fault) => [part, fault] as const)),
});

afterAll(() => void process.stdout.write(`\n${tableOf(findings)}\n`));

import { FAULTS, PARTS } from '../support/spread-hub';
import { rowOfTable, TABLE_HEAD, testFaults } from './faults';

beforeAll(() => void process.stdout.write(TABLE_HEAD));

testFaults({
  faultMs: 60_000,
  perSecond: 20,
  cases: PARTS.flatMap((part) => FAULTS.map((fault) => [part, fault] as const)),
  onFinding: (finding) => void process.stdout.write(rowOfTable(finding)),
});

import { Command } from 'commander';
import { runCommand } from '../lifecycle';
import { attacks } from './attacks';
import { gateway } from './gateway';
import { gridReport } from './grid-report';
import { jointReview } from './joint-review';
import { laborFlowPush } from './labor-flow/push';
import { laborFlowQuestions } from './labor-flow/questions';
import { live } from './live';
import { overview } from './overview';
import { receipts } from './receipts';
import { requests } from './requests';
import { standards } from './standards';
import { start } from './start';
import { table } from './table';
import { withheld } from './withheld';

const command = new Command('npm run bench --')
  .description(
    'Measures the hub on this machine and prints what it found. Each measurement starts a hub of its own, on a free port and a temporary folder, and removes it again.',
  )
  .addCommand(start)
  .addCommand(laborFlowPush)
  .addCommand(laborFlowQuestions)
  .addCommand(overview)
  .addCommand(receipts)
  .addCommand(gridReport)
  .addCommand(jointReview)
  .addCommand(live)
  .addCommand(standards)
  .addCommand(requests)
  .addCommand(gateway)
  .addCommand(attacks)
  .addCommand(withheld)
  .addCommand(table)
  .addHelpText(
    'after',
    `
Figures of a busy machine are noise: close what else is running, and compare ratios rather than seconds.
"npm run bench -- start --help" says what one of them measures.`,
  );

void runCommand(command);

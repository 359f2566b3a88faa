import { jurisdictionOfAgency } from '../../kit/agency-code';
import type { Violations } from '../../kit/errors';
import { checkNotBefore } from '../../kit/inputs';
import { contains } from '../../kit/jurisdiction';
import type { Text } from '../../kit/language';
import type { PostingAtHand } from '../secondments/rules';

export type MentorKind = 'POLITICAL' | 'OPERATIONAL';

/** Whether one of two units' places is the other's, or holds it. */
const areNear = (a: string, b: string): boolean => contains(a, b) || contains(b, a);

/** Adds what is wrong with an officer as a mentor of a posting. `present`: who has the part, and since when. */
export function checkMentor(
  violations: Violations,
  posting: PostingAtHand & { readonly officer: string },
  {
    mentor,
    present,
    at,
  }: {
    mentor: { readonly id: string; readonly agency: string };
    present: { readonly officer: string; readonly assigned_at: Date } | null;
    at: Date;
  },
): void {
  const place = jurisdictionOfAgency(mentor.agency);
  const hosts = [posting.host_agency, ...posting.stint_hosts];
  if (mentor.id === posting.officer) {
    violations.add('INVALID', ['officerId'], {
      en: 'This is the posted officer, whom someone else has to guide.',
      zh: '该干部正是挂职干部本人，请另行指定。',
    });
  } else if (!hosts.some((host) => areNear(jurisdictionOfAgency(host), place))) {
    violations.add('INVALID', ['officerId'], {
      en: `The officer's unit ${mentor.agency} is elsewhere. A mentor serves where the posting is.`,
      zh: `该干部所在单位 ${mentor.agency} 不在挂职地，帮带人应在挂职所在地任职。`,
    });
  }
  if (!present) return;
  if (present.officer === mentor.id) {
    violations.add('CONFLICT', ['officerId'], {
      en: 'The officer has this part already.',
      zh: '该干部已是此类帮带人。',
    });
  }
  checkNotBefore(violations, at, present.assigned_at);
}

export const nobodyToRelieve: Text = {
  en: 'Nobody has this part now. Look at the mentors of the posting.',
  zh: '目前没有此类帮带人，请查看该挂职的帮带情况。',
};

export const mentorMeanwhile: Text = {
  en: 'Someone else assigned or relieved a mentor at the same moment. Look at the posting again.',
  zh: '他人刚指定或解除了帮带人，请重新查看该挂职。',
};

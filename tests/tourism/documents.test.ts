import { create } from 'qrcode';
import { paperAddress } from '../../subgraphs/tourism/documents/papers';
import {
  agendaPage,
  certificatePage,
  certificateUrl,
  type MeetingPapers,
  minutesPage,
} from '../../subgraphs/tourism/documents/render';

const HOSTILE = '<script>alert("店")</script>&\'';
const ESCAPED = '&lt;script&gt;alert(&quot;店&quot;)&lt;/script&gt;&amp;&#39;';

const content = {
  ...{ address: '西街86号', application: '330421103-2026-0001', business: '民宿', decidedOn: '2026-11-17' },
  ...{ conditions: [{ dueOn: '2026-12-15', text: '木窗保持原样' }], issuer: '330421103-REVIEW' },
  ...{ kind: 'RENOVATION' as const, number: '330421103-2026-L0001', outcome: 'APPROVED' as const },
  ...{ procedureVersion: 2, shopName: '廊桥客栈', town: '330421103' },
};
const HUB = 'https://hub.example/';
const hash = 'ab'.repeat(32);

/** Papers of a meeting in which every text is the given one. */
const papers = (text: string): MeetingPapers => ({
  officeName: text,
  session: {
    ...{ id: 's', jurisdiction: '330421103', planned_on: '2026-11-17', held_on: '2026-11-17', office: text },
    ...{ is_provisional: true, procedure_id: 'p', cut_off_at: new Date('2026-11-16T09:00:00Z'), quorum: 2 },
    ...{ capacity: 12, status: 'CLOSED', agenda_count: 1, last_position: 1, chair: text, note: text },
    ...{ opened_at: new Date('2026-11-17T01:00:00Z'), closed_at: new Date('2026-11-17T04:00:00Z') },
  },
  functions: [{ procedure_id: 'p', code: 'FIRE_SAFETY', is_veto: true }],
  attendance: [
    {
      ...{ session_id: 's', function: 'FIRE_SAFETY', jurisdiction: '330421103', office: text, agency: text },
      ...{ is_present: true, representative: text, recorded_at: new Date() },
    },
  ],
  items: [
    {
      item: {
        ...{ application_id: 'a', jurisdiction: '330421103', filed_by: text, session_id: 's', round: 1 },
        ...{ agenda_position: 1, entered_at: new Date(), result: 'DECIDED', left_at: new Date(), note: text },
      },
      application: {
        ...{ id: 'a', number: text, shop_name: text, kind: 'RENOVATION', stage: 'DECIDED', address: text },
        ...{ jurisdiction: '330421103', floors: 1, area_square_meters: 1, business: 'BAR', proposal: text },
        ...{ submitted_at: new Date(), filed_by: text, procedure_id: 'p', town: '330421103', round: 1 },
        ...{
          stepped_at: new Date(),
          complete_at: null,
          noticed_at: null,
          session_id: 's',
          refiling_of: null,
        },
        ...{
          external_id: null,
          spent_intake: 0,
          spent_materials: 0,
          spent_session_wait: 0,
          spent_deciding: 0,
        },
      },
      opinions: [
        {
          ...{ application_id: 'a', jurisdiction: '330421103', filed_by: text, round: 1, agency: text },
          ...{ function: 'FIRE_SAFETY', session_id: 's', speaker: text, verdict: 'OBJECT', comment: text },
          ...{ conditions: [text], materials: [], given_at: new Date(), waited: 0 },
        },
      ],
      recusals: [
        {
          ...{ application_id: 'a', jurisdiction: '330421103', filed_by: text, person: text, function: null },
          ...{ reason: text, agency: text, recorded_by: text, recorded_at: new Date() },
        },
      ],
      decision: {
        ...{ application_id: 'a', jurisdiction: '330421103', filed_by: text, town: '330421103' },
        ...{ session_id: 's', outcome: 'REJECTED', rule: 'VETO_OBJECTS', note: text, actor: text },
        ...{ decided_at: new Date(), decided_by: text, intake: 0, materials: 0, session_wait: 0 },
        ...{ deciding: 0, target_days: 3, is_within_target: true },
      },
    },
  ],
});

describe('a document', () => {
  it('says what the certificate says, with a code that leads to where it is verified', () => {
    const page = certificatePage(content, hash, HUB);
    for (const text of [
      '廊桥客栈',
      '西街86号',
      '通过',
      '木窗保持原样',
      '2026年12月15日',
      content.number,
      hash,
    ]) {
      expect(page).toContain(text);
    }
    const url = `https://hub.example/certificates/330421103-2026-L0001/${hash}`;
    expect(certificateUrl(HUB, content.number, hash)).toBe(url);
    expect(page).toContain(url);
    // Each dark module of the code for that address is one square of the drawing.
    const { modules } = create(url, { errorCorrectionLevel: 'M' });
    const dark = [...modules.data].filter(Boolean).length;
    expect(page.match(/h1v1h-1z/g)).toHaveLength(dark);
  });

  it('of a meeting says what is to be heard, and what it came to', () => {
    const agenda = agendaPage(papers('某店'));
    expect(agenda).toMatch(
      /联席会议议程[\s\S]*2026年11月17日（星期二）[\s\S]*暂定[\s\S]*消防安全（有否决权）[\s\S]*1 项（上限 12 项）[\s\S]*某店/,
    );
    const minutes = minutesPage(papers('某店'));
    expect(minutes).toMatch(
      /联席会议纪要[\s\S]*已闭会[\s\S]*主持人[\s\S]*消防安全（某店）[\s\S]*决定：不通过[\s\S]*反对[\s\S]*回避：某店（某店）/,
    );
  });

  it('leads to where it is told, or else to where the hub is reached', () => {
    const hub = { publicAddress: 'https://public.example/hub' };
    expect(paperAddress('https://hub.example/', hub)).toBe('https://hub.example');
    expect([paperAddress(null, hub), paperAddress(undefined, hub)]).toEqual([
      hub.publicAddress,
      hub.publicAddress,
    ]);
    expect(() => paperAddress(null, { publicAddress: null })).toThrow(/PUBLIC_URL/);
    for (const none of [
      'javascript:alert(1)',
      'hub.example',
      'https://a b',
      'https://hub.example?x',
      'ftp://hub.example',
    ]) {
      expect(() => paperAddress(none, hub)).toThrow(/not where a hub answers/);
    }
  });

  it('has nothing in it that a browser would run or fetch, whatever it was given', () => {
    const given = { ...content, shopName: HOSTILE, address: HOSTILE, business: HOSTILE, issuer: HOSTILE };
    const conditions = [{ dueOn: '2026-12-15', text: HOSTILE }];
    const pages = [
      certificatePage({ ...given, conditions }, hash, HUB),
      agendaPage(papers(HOSTILE)),
      minutesPage(papers(HOSTILE)),
    ];
    for (const page of pages) {
      expect(page).toContain(ESCAPED);
      expect(page).not.toMatch(/<script|<img|<link|javascript:|onerror|src=/i);
    }
  });
});

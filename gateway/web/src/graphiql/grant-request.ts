import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { dayOf } from '../shared/format';
import { useTexts } from '../shared/language';
import { useSession } from '../shared/session';
import { WORKBENCH_TEXTS } from './texts';

export interface GrantWish {
  item: string;
  provider: string;
}

const YEAR_MS = 365 * 86_400_000;

export const GRANT_REQUEST = `mutation RequestGrant($input: RequestSharingGrantInput!) {
  requestSharingGrant(input: $input) {
    sharingGrant {
      id
      status
      validFrom
      validUntil
    }
    userErrors {
      code
      message
      path
    }
  }
}
`;

/** Opens the request for a grant in a tab, filled in as far as the page knows; it is sent by whoever then runs it. */
export function useGrantRequest(): (wish: GrantWish) => void {
  const texts = useTexts(WORKBENCH_TEXTS);
  const { purpose } = useSession();
  const { addTab } = useGraphiQLActions();
  const { queryEditor, variableEditor } = useGraphiQL(pick('queryEditor', 'variableEditor'));
  return ({ item, provider }) => {
    const input = {
      item,
      provider,
      purpose: purpose || texts.purposeInGrant,
      validUntil: dayOf(new Date(Date.now() + YEAR_MS)),
    };
    addTab();
    queryEditor?.setValue(GRANT_REQUEST);
    variableEditor?.setValue(JSON.stringify({ input }, null, 2));
  };
}

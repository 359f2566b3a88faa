import { useHub } from '../support/hub';

describe('the page of a certificate', () => {
  const hub = useHub();
  const CERTIFICATE = `{ licenseApplications(under: "330421103", stage: DECIDED, first: 1) { edges { node {
    shopName decision { certificate { number hash document(hubAddress: "https://hub.example") } } } } } }`;

  const issued = async () => {
    const { data } = await hub.send('330421103-REVIEW', CERTIFICATE);
    const { shopName, decision } = data.licenseApplications.edges[0].node;
    return { shopName, ...decision.certificate };
  };
  const page = (number: string, hash: string, language = 'en') =>
    fetch(`${hub.url}/certificates/${number}/${hash}`, { headers: { 'accept-language': language } });

  it('is there for whoever has number and hash, without signing in', async () => {
    const { shopName, number, hash, document } = await issued();
    const response = await page(number, hash);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    const text = await response.text();
    expect(text).toContain(shopName);
    expect(text).toContain(`${hub.url}/certificates/${number}/${hash}`);
    expect(document).toContain(`https://hub.example/certificates/${number}/${hash}`);
  });

  it('is the same sentence for a wrong hash and a number that there is not', async () => {
    const { number, hash } = await issued();
    const wrong = [await page(number, '0'.repeat(64)), await page('330421103-2026-L9999', hash)];
    for (const response of wrong) {
      expect([response.status, await response.text()]).toEqual([
        404,
        'This is no certificate of the hub: number and hash do not belong together, or it was changed.\n',
      ]);
    }
    expect(await (await page(number, 'x', 'zh')).text()).toMatch(/^核验未通过/);
  });
});

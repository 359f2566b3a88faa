import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readSignIn } from '../../scripts/sign-in';
import { useFolder } from '../support/process';

const folder = useFolder();

function write(content: unknown): string {
  const file = path.join(folder.path, 'sign-in.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const WHOLE = {
  id: 'delta',
  title: { zh: '长三角统一身份', en: 'Delta identity' },
  issuer: 'https://id.example',
  clientId: 'delta-hub',
};

describe('the file of the places to sign in', () => {
  it('is read with or without secret and scope', () => {
    const other = {
      ...WHOLE,
      id: 'other',
      issuer: 'http://[::1]:9000',
      clientSecret: 's',
      scope: 'openid offline_access',
      prompt: 'consent',
      sessionMinutes: 30,
    };
    expect(readSignIn(write([WHOLE, other]))).toEqual([WHOLE, other]);
    expect(readSignIn(write([]))).toEqual([]);
  });

  it.each([
    ['is not there', null, 'there is no JSON to be read there.'],
    ['is no JSON', '[', 'there is no JSON to be read there.'],
    ['is no list', WHOLE, 'it must be a list, in [ ].'],
  ])('is refused when it %s', (_, content, sentence) => {
    const file = content === null ? path.join(folder.path, 'nowhere.json') : write(content);
    expect(() => readSignIn(file)).toThrow(sentence);
  });

  it.each([0, 4, 601, 7.5, '30'])('is refused with sessions of %p minutes', (sessionMinutes) => {
    expect(() => readSignIn(write([{ ...WHOLE, sessionMinutes }]))).toThrow(
      '"sessionMinutes" of entry 1 must be a whole number from 5 to 600, or be left out.',
    );
  });

  it('is refused with everything that is wrong in it at once, and no secret', () => {
    const file = write([
      { id: 'Delta!', title: { zh: '身份' }, issuer: 'http://id.example', clientSecret: 7, scope: 'unit' },
      'nothing',
      { ...WHOLE, clientSecret: 'a secret' },
      { ...WHOLE, issuer: 'id.example' },
    ]);
    let said = '';
    try {
      readSignIn(file);
    } catch (error) {
      said = (error as Error).message;
    }
    expect(said.replace(`HUB_SIGN_IN_FILE "${file}": `, '').split(/(?<=\.) (?=["e])/)).toEqual([
      '"id" of entry 1 must be small letters, digits and hyphens.',
      '"title" of entry 1 must be { "zh": …, "en": … }.',
      '"issuer" of entry 1 must be an address that begins with https://.',
      'entry 1 has no "clientId".',
      '"clientSecret" of entry 1 must be a text, or left out for a public client.',
      '"scope" of entry 1 must hold "openid", or be left out.',
      '"id" of entry 2 must be small letters, digits and hyphens.',
      '"title" of entry 2 must be { "zh": …, "en": … }.',
      '"issuer" of entry 2 must be an address that begins with https://.',
      'entry 2 has no "clientId".',
      '"issuer" of entry 4 must be an address that begins with https://.',
      'each "id" may be there once, and "delta" is there more often.',
    ]);
    expect(said).not.toContain('a secret');
  });
});

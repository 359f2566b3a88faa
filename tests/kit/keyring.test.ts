import { Keyring } from '../../subgraphs/kit/keyring';
import { subgraphKey } from '../../subgraphs/kit/signature';

it('signs under its first secret, and knows what any of them signed', () => {
  const keyring = new Keyring(['new', 'old']);
  expect(keyring.secret).toBe('new');
  expect(keyring.signingKey('grid')).toEqual(subgraphKey('new', 'grid'));
  expect(keyring.acceptedKeys('grid')).toEqual([subgraphKey('new', 'grid'), subgraphKey('old', 'grid')]);
});

it('derives each key once', () => {
  const keyring = new Keyring(['new', 'old']);
  expect(keyring.acceptedKeys('grid')).toBe(keyring.acceptedKeys('grid'));
});

it('takes other secrets, and tells who wants to know, for as long as they do', () => {
  const keyring = new Keyring(['old']);
  keyring.signingKey('grid');
  const told: string[] = [];
  const forget = keyring.onReplaced(() => told.push(keyring.secret));
  keyring.replace(['new', 'old']);
  expect(keyring.signingKey('grid')).toEqual(subgraphKey('new', 'grid'));
  forget();
  keyring.replace(['newer']);
  expect([told, keyring.secrets]).toEqual([['new'], ['newer']]);
});

it('counts a secret that is given twice once', () => {
  expect(new Keyring(['a', 'b', 'a']).secrets).toEqual(['a', 'b']);
});

it('keeps what it has when it is given nothing', () => {
  const keyring = new Keyring(['a']);
  expect(() => keyring.replace([])).toThrow('a hub needs a secret');
  expect(keyring.secret).toBe('a');
});

import { describe, expect, it } from 'vitest';
import { isHidden, saidAt, scopesIn, shortName } from './servers.model';

describe('servers people define', () => {
  it('get a short name of letters, digits and underscores', () => {
    expect(shortName('My Forge')).toBe('my_forge');
    expect(shortName(' Bücher & Töne! ')).toBe('bucher_tone');
    expect(shortName('–')).toBe('');
    expect(shortName('a'.repeat(40))).toHaveLength(32);
  });

  it('are told what is wrong at the field, the first thing of each', () => {
    const said = saidAt([
      { field: 'token', wrong: 'no_https' },
      { field: 'token', wrong: 'too_much' },
      { field: 'id', wrong: 'taken' },
    ]);
    expect(said).toEqual({
      token: 'Only https is allowed, except on this computer.',
      id: 'Another platform has this name.',
    });
  });

  it('show their hidden fields when something is wrong there', () => {
    expect(isHidden([{ field: 'metadata', wrong: 'unreachable' }])).toBe(false);
    expect(isHidden([{ field: 'userinfo', wrong: 'not_described' }])).toBe(true);
  });

  it('ask for scopes however they are written', () => {
    expect(scopesIn(' openid, profile\nread:user ')).toEqual(['openid', 'profile', 'read:user']);
    expect(scopesIn(' ')).toEqual([]);
  });
});

/** Servers that people define as platforms: an untouched definition, and what is said of one at its fields. */
import { t } from '$i18n/index';
import type { DefinedField, DefinedPlatform, DefinedProblem } from '$ipc/generated';

export function emptyServer(): DefinedPlatform {
  return {
    id: '',
    name: '',
    metadata: '',
    authorize: '',
    token: '',
    revoke: '',
    userinfo: '',
    issuer: '',
    issuer_required: false,
    keys: '',
    par: '',
    scopes: [],
    secret: 'optional',
    secret_in: 'form',
    proof_key: 's256',
    way_back: 'fixed_ports',
    id_claim: '',
    handle_claim: '',
    name_claim: '',
  };
}

/** A short name made of one for people: `My Forge` becomes `my_forge`. */
export function shortName(name: string): string {
  const plain = name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  return plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 32);
}

/** What is said at each field. */
export function saidAt(problems: readonly DefinedProblem[]): Partial<Record<DefinedField, string>> {
  const said: Partial<Record<DefinedField, string>> = {};
  for (const { field, wrong } of problems) said[field] ??= t.settings.servers.wrong[wrong];
  return said;
}

/** Fields that stand in sight from the start; the others are opened where one of them has something wrong. */
const IN_SIGHT: ReadonlySet<DefinedField> = new Set(['id', 'name', 'metadata', 'scopes']);

export function isHidden(problems: readonly DefinedProblem[]): boolean {
  return problems.some(({ field }) => !IN_SIGHT.has(field));
}

/** The scopes in what was typed, whatever stands between them. */
export function scopesIn(typed: string): string[] {
  return typed.split(/[\s,]+/).filter((scope) => scope !== '');
}

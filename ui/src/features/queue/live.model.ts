/** Pure rules of editing what is live: what can be changed, and what is asked for. */
import type { EditLive, PartWords, PublicationDetail } from '$ipc/generated';

/** What stands in the form. Fields the platform cannot change are left out. */
export interface Edit {
  parts: { text: string; pictures: { alt: string }[] }[];
  warning?: string;
  language?: string;
}

export function editOf(detail: PublicationDetail | undefined): Edit {
  if (!detail) return { parts: [] };
  const pictures = ({ alts }: PartWords): { alt: string }[] => alts.map((alt) => ({ alt }));
  const edit: Edit = {
    parts: detail.parts.map((part) => ({ text: part.text, pictures: pictures(part) })),
  };
  if (detail.edit_options.includes('content_warning')) edit.warning = detail.options.content_warning ?? '';
  if (detail.edit_options.includes('language')) edit.language = detail.options.language ?? detail.language;
  return edit;
}

/** What to ask for; `undefined` while nothing would change. */
export function edited(detail: PublicationDetail, edit: Edit): EditLive | undefined {
  const before = editOf(detail);
  const options: Record<string, string> = {};
  if (edit.warning !== undefined && edit.warning !== before.warning) options.content_warning = edit.warning;
  if (edit.language !== undefined && edit.language !== before.language)
    options.language = edit.language.trim();
  const parts = edit.parts.map(({ text, pictures }) => ({ text, alts: pictures.map(({ alt }) => alt) }));
  const same =
    JSON.stringify(edit.parts) === JSON.stringify(before.parts) && Object.keys(options).length === 0;
  return same ? undefined : { id: detail.publication.id, parts, options };
}

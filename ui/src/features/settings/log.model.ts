/** The log as lines to read: by level, and with what was taken out shown as such. */

export const logLevels = ['all', 'warnings', 'errors'] as const;

export type LogLevel = (typeof logLevels)[number];

const KEPT: Record<LogLevel, RegExp> = {
  all: /^/,
  warnings: /^\S+\s+(WARN|ERROR)\s/,
  errors: /^\S+\s+ERROR\s/,
};

export function shown(lines: readonly string[], level: LogLevel): string[] {
  return lines.filter((line) => KEPT[level].test(line));
}

/** What the core writes in place of a secret. */
const MARK = '[redacted]';

/** A line in pieces, with the marks apart. */
export function redactions(line: string): { text: string; hidden: boolean }[] {
  return line
    .split(/(\[redacted\])/)
    .filter(Boolean)
    .map((text) => ({ text, hidden: text === MARK }));
}

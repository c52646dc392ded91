/** The keys as people read them, made from the same tables that read the presses. */
import { commandKey } from '$design/keys';
import { t } from '$i18n/index';
import type { KeyGroup, Keys } from '$features/help/keys';
import { digits, letters, plain, type KeyAction } from './keys.model';

/** What a key that works anywhere does. */
function says(action: KeyAction): string {
  if (action.kind === 'new') return t.shell.helpCompose;
  if (action.kind === 'search') return t.shell.helpSearch;
  return t.shell.helpHelp;
}

function anywhere(): KeyGroup {
  const jumps = Object.keys(letters).map<Keys[number]>((letter, index) => [
    index === 0 ? t.shell.then : t.shell.or,
    letter.toUpperCase(),
  ]);
  const single = Object.entries(plain).filter(([, action]) => action.kind !== 'prefix');
  const prefix = Object.keys(plain).find((key) => plain[key]?.kind === 'prefix') ?? '';
  return {
    title: t.shell.helpGroups.anywhere,
    rows: [
      ...single.map(([key, action]) => ({
        keys: [['', key.toUpperCase()]] satisfies Keys,
        says: says(action),
      })),
      { keys: [['', prefix.toUpperCase()], ...jumps], says: t.shell.helpSections },
      {
        keys: [
          ['', 'Alt'],
          ['', '1'],
          [t.shell.to, String(digits)],
        ],
        says: t.shell.helpSectionsAlt,
      },
      { keys: [['', 'Esc']], says: t.shell.helpEscape },
    ],
  };
}

/** Keys of the parts that read their own. */
function elsewhere(): KeyGroup[] {
  const mod = commandKey();
  return [
    {
      title: t.shell.helpGroups.compose,
      rows: [
        {
          keys: [
            ['', mod],
            ['', '↵'],
          ],
          says: t.shell.helpSubmit,
        },
        {
          keys: [
            ['', mod],
            ['', 'Shift'],
            ['', '↵'],
          ],
          says: t.shell.helpPart,
        },
        {
          keys: [
            ['', 'Alt'],
            ['', '←'],
            [t.shell.or, '→'],
          ],
          says: t.shell.helpMovePicture,
        },
        { keys: [['', 'Del']], says: t.shell.helpRemovePicture },
      ],
    },
    {
      title: t.shell.helpGroups.lists,
      rows: [
        {
          keys: [
            ['', 'J'],
            [t.shell.or, 'K'],
            [t.shell.or, '↓'],
            [t.shell.or, '↑'],
          ],
          says: t.shell.helpMoveList,
        },
        { keys: [['', '↵']], says: t.shell.helpOpenRow },
        { keys: [['', 'X']], says: t.shell.helpPick },
        {
          keys: [
            ['', mod],
            ['', 'A'],
          ],
          says: t.shell.helpPickAll,
        },
        {
          keys: [
            ['', mod],
            ['', 'Z'],
          ],
          says: t.shell.helpUndo,
        },
      ],
    },
  ];
}

export function keyGroups(): KeyGroup[] {
  return [anywhere(), ...elsewhere()];
}

export const autostart = {
  title: 'Start with the computer?',
  body: 'Posts go out only while Postroom runs. It can start by itself when you log in, without a window.',
  yes: 'Start when I log in',
  no: 'Not now',
  later: 'You can change this in Settings.',
  failed: 'This could not be changed',
};

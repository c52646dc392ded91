import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import Markdown from './Markdown.svelte';

it('draws headings, lists, tables, emphasis and code', () => {
  const text =
    '# Title\n\n## Part\n\nA **bold** `word`.\n\n- one\n- two\n\n| limit | figure |\n|---|---|\n| text | 300 |';
  render(Markdown, { text });
  expect(screen.queryByText('Title')).toBeNull();
  expect(screen.getByRole('heading', { name: 'Part' })).toBeVisible();
  expect(screen.getByText('bold').tagName).toBe('STRONG');
  expect(screen.getByText('word').tagName).toBe('CODE');
  expect(screen.getAllByRole('listitem').map((item) => item.textContent.trim())).toEqual(['one', 'two']);
  expect(screen.getByRole('columnheader', { name: 'figure' })).toBeVisible();
  expect(screen.getByRole('cell', { name: '300' })).toBeVisible();
});

it('makes nothing of HTML, of pictures, and of addresses', () => {
  const text =
    'Hi <img src=x onerror="fail()"> <script>fail()</script>\n\n<div>raw</div>\n\n![p](https://x.test/p.png) [go](javascript:fail())';
  const { container } = render(Markdown, { text });
  expect(container.querySelector('img, script, a')).toBeNull();
  expect(container.textContent).toContain('Hi');
  expect(container.textContent).toContain('go');
  expect(container.innerHTML).not.toContain('raw');
});

it('opens a safe link outside, and no other', async () => {
  const opened: string[] = [];
  const text = '[there](https://a.example/apps) [here](http://a.example) [evil](javascript:fail())';
  render(Markdown, { text, onlink: (url: string) => opened.push(url) });
  const links = screen.getAllByRole('button');
  expect(links.map((link) => link.textContent.trim())).toEqual(['there']);
  await userEvent.click(links[0]!);
  expect(opened).toEqual(['https://a.example/apps']);
});

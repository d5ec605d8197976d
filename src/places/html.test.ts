import assert from 'node:assert/strict';
import { test } from 'node:test';

import { linkTo } from './html.ts';

test('a text with a URL of the web becomes a link', () => {
  assert.equal(linkTo('A', 'https://a.example/'), '<a href="https://a.example/">A</a>');
  assert.equal(linkTo('A', '//a.example/'), '<a href="//a.example/">A</a>');
});

test('what means something in HTML is escaped', () => {
  assert.equal(
    linkTo(`<b>"A" & 'B'</b>`, 'https://a.example/?a=1&b="><script>'),
    '<a href="https://a.example/?a=1&amp;b=&quot;&gt;&lt;script&gt;">&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt;</a>',
  );
});

test('any other URL is left out', () => {
  for (const url of [
    undefined,
    '',
    'javascript:alert(1)',
    ' https://a.example',
    'data:text/html,x',
  ]) {
    assert.equal(linkTo('A & B', url), 'A &amp; B');
  }
});

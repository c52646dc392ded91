//! Finds what a TypeScript or Svelte file imports, without a parser of those languages.
//!
//! Reads only `import …`, `export … from …` and `import(…)`, outside comments, strings and Svelte's markup.

use std::{iter::Peekable, str::Chars};

/// The modules named by a file, in order.
pub fn specifiers(path: &str, text: &str) -> Vec<String> {
    if path.rsplit('.').next() == Some("svelte") {
        scripts(text).iter().flat_map(|script| in_script(script)).collect()
    } else {
        in_script(text)
    }
}

/// The contents of the `<script>` elements.
fn scripts(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, tail)) = rest.split_once("<script") {
        let Some((_, body)) = tail.split_once('>') else { break };
        let Some((script, after)) = body.split_once("</script>") else { break };
        found.push(script);
        rest = after;
    }
    found
}

enum Token {
    Word(String),
    Text(String),
    Sign(char),
}

fn in_script(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    // What stood before: an import is `import 'x'`, `import('x')` or `… from 'x'`.
    let (mut before, mut before_that) = (String::new(), String::new());
    for token in (Tokens { rest: text.chars().peekable() }) {
        let now = match token {
            Token::Text(text) => {
                let called = before == "(" && before_that == "import";
                if before == "import" || before == "from" || called {
                    found.push(text);
                }
                String::new()
            }
            Token::Word(word) => word,
            Token::Sign(sign) => sign.to_string(),
        };
        before_that = std::mem::replace(&mut before, now);
    }
    found
}

struct Tokens<'a> {
    rest: Peekable<Chars<'a>>,
}

impl Tokens<'_> {
    fn quoted(&mut self, quote: char) -> String {
        let mut text = String::new();
        while let Some(next) = self.rest.next() {
            match next {
                '\\' => _ = self.rest.next(),
                '\n' if quote != '`' => break, // not a string after all, perhaps a regular expression
                _ if next == quote => break,
                _ => text.push(next),
            }
        }
        text
    }

    fn line_comment(&mut self) {
        while self.rest.next_if(|&next| next != '\n').is_some() {}
    }

    fn block_comment(&mut self) {
        let mut star = false;
        for next in self.rest.by_ref() {
            if star && next == '/' {
                break;
            }
            star = next == '*';
        }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let first = self.rest.next()?;
            match (first, self.rest.peek()) {
                ('/', Some('/')) => self.line_comment(),
                ('/', Some('*')) => {
                    self.rest.next();
                    self.block_comment();
                }
                ('\'' | '"' | '`', _) => return Some(Token::Text(self.quoted(first))),
                _ if first.is_whitespace() => {}
                _ if is_word(first) => {
                    let mut word = first.to_string();
                    while let Some(next) = self.rest.next_if(|&next| is_word(next)) {
                        word.push(next);
                    }
                    return Some(Token::Word(word));
                }
                _ => return Some(Token::Sign(first)),
            }
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

#[cfg(test)]
mod tests {
    use super::specifiers;

    #[test]
    fn every_form_of_import_is_found() {
        let text = "
            import './a.css'
            import b, { type C } from \"./b\"
            import {
              d,
            } from './d'
            export * from './e'
            export { f } from './f'
            const g = await import('./g')
            import type { H } from './h'
        ";
        assert_eq!(specifiers("x.ts", text), ["./a.css", "./b", "./d", "./e", "./f", "./g", "./h"]);
    }

    #[test]
    fn comments_strings_and_other_words_are_not_imports() {
        let text = "
            // import './a'
            /* import './b' */
            const c = \"import './c'\"; const d = `from './d'`
            const from = ['./e']; important('./f'); Array.from(['./g'])
            const quote = /'/;
            import './real'
        ";
        assert_eq!(specifiers("x.ts", text), ["./real"]);
    }

    #[test]
    fn in_svelte_only_scripts_are_read() {
        let text = "<script module>import './a'</script><script lang=\"ts\">import B from './B.svelte'</script>
            <p>import it from './c'</p>";
        assert_eq!(specifiers("X.svelte", text), ["./a", "./B.svelte"]);
    }
}

use super::*;

fn part(start: usize, end: usize) -> Part {
    Part { start, end }
}

fn one() -> Typed {
    let typed = Typed::default();
    typed.open("a".to_owned(), 0).unwrap();
    typed
}

fn held(typed: &Typed) -> String {
    typed.read("a", 0).unwrap().expose().clone()
}

#[test]
fn pieces_are_put_where_they_were_typed() {
    let typed = one();
    for (at, letter) in ["s", "e", "ß", "🔑"].into_iter().enumerate() {
        assert_eq!(typed.replace("a", part(at, at), letter, 0).unwrap(), at + 1);
    }
    assert_eq!(held(&typed), "seß🔑");
    assert_eq!(typed.replace("a", part(1, 3), "X", 0).unwrap(), 3);
    assert_eq!(held(&typed), "sX🔑");
    assert_eq!(typed.replace("a", part(2, 2), "yz", 0).unwrap(), 5);
    assert_eq!(held(&typed), "sXyz🔑");
    assert_eq!(typed.replace("a", part(0, 4), "", 0).unwrap(), 1);
    assert_eq!(typed.replace("a", part(0, 1), "", 0).unwrap(), 0);
    assert_eq!(held(&typed), "");
}

#[test]
fn a_place_that_is_not_there_and_too_much_are_refused_and_change_nothing() {
    let typed = one();
    typed.replace("a", part(0, 0), "abc", 0).unwrap();
    for wrong in [part(4, 4), part(0, 4), part(2, 1)] {
        assert!(typed.replace("a", wrong, "x", 0).is_err(), "{wrong:?}");
    }
    assert!(typed.replace("a", part(3, 3), &"x".repeat(CHARS_MAX - 2), 0).is_err());
    assert_eq!(held(&typed), "abc");
    assert_eq!(typed.replace("a", part(3, 3), &"x".repeat(CHARS_MAX - 3), 0).unwrap(), CHARS_MAX);
    assert_eq!(typed.replace("a", part(0, 3), "123", 0).unwrap(), CHARS_MAX);
}

#[test]
fn nothing_is_moved_while_it_grows_and_what_is_cut_off_is_written_over() {
    let typed = one();
    typed.replace("a", part(0, 0), "abcdef", 0).unwrap();
    let place = typed.fields().all[0].text.expose().as_ptr();
    typed.replace("a", part(6, 6), &"x".repeat(CHARS_MAX - 6), 0).unwrap();
    typed.replace("a", part(2, CHARS_MAX), "", 0).unwrap();
    let mut fields = typed.fields();
    let text = fields.all[0].text.expose_mut();
    assert_eq!((text.as_ptr(), text.capacity() >= CHARS_MAX), (place, true));
    // The room behind the end was zeroed before it was cut off.
    text.resize(CHARS_MAX, 'n');
    assert_eq!(text.iter().collect::<String>(), format!("ab{}", "n".repeat(CHARS_MAX - 2)));
}

#[test]
fn a_name_that_was_not_given_out_opens_nothing() {
    let typed = one();
    for wrong in ["", "b", "aa"] {
        assert_eq!(typed.read(wrong, 0).unwrap_err().code, ErrorCode::WrongState);
        assert_eq!(typed.replace(wrong, part(0, 0), "x", 0).unwrap_err().code, ErrorCode::WrongState);
        typed.close(wrong);
    }
    assert_eq!(held(&typed), "");
    typed.close("a");
    assert!(typed.read("a", 0).is_err());
}

#[test]
fn fields_are_few_and_end_when_they_are_left_alone() {
    let typed = Typed::default();
    for nth in 0..FIELDS_MAX {
        assert_eq!(typed.open(nth.to_string(), 0).unwrap(), nth == 0, "one watches them all");
    }
    assert!(typed.open("more".to_owned(), 0).is_err());
    typed.replace("0", part(0, 0), "x", 1_000).unwrap();
    assert!(typed.watch(IDLE_MS - 1));
    assert!(typed.read("1", IDLE_MS - 1).is_ok());
    assert!(typed.read("1", IDLE_MS).is_err() && typed.read("0", IDLE_MS).is_ok());
    assert!(typed.watch(IDLE_MS + 999) && !typed.watch(IDLE_MS + 1_000));
    assert!(typed.open("more".to_owned(), IDLE_MS + 1_000).unwrap());
}

//! Option values against the fields of a platform: what pre-flight finds, what counts with the text, and which part
//! each goes out with.

use std::collections::BTreeMap;

use domain::{
    Finding, FindingCode,
    options::{OptionField, OptionInput},
};

/// Option values by field.
type Values = BTreeMap<String, String>;

/// What is wrong with the values.
pub(crate) fn check(fields: &[OptionField], values: &Values) -> Vec<Finding> {
    let mut found = Vec::new();
    for (id, value) in values {
        let Some(field) = fields.iter().find(|field| field.id == *id) else {
            found.push(Finding::new(FindingCode::OptionUnknown).about(id));
            continue;
        };
        if let Err(misfit) = field.check(value) {
            let finding = Finding::new(FindingCode::OptionInvalid).about(id);
            found.push(match misfit.measured {
                Some((actual, limit)) => finding.measured(actual, limit),
                None => finding,
            });
        }
    }
    found
}

/// The text that counts with that of every part.
pub(crate) fn counted(fields: &[OptionField], values: &Values) -> String {
    fields.iter().filter(|field| field.counted).filter_map(|field| values.get(&field.id)).map(String::as_str).collect()
}

/// The values that go out with a part, counted from 0; empty ones stand for the default and are left out.
pub(crate) fn for_part(fields: &[OptionField], values: &Values, part: u32) -> Values {
    let first_only = |id: &str| fields.iter().any(|field| field.id == id && field.first_part_only);
    let goes = |(id, value): &(&String, &String)| !value.is_empty() && (part == 0 || !first_only(id));
    values.iter().filter(goes).map(|(id, value)| (id.clone(), value.clone())).collect()
}

/// Whether a poll is among the values.
pub(crate) fn has_poll(fields: &[OptionField], values: &Values) -> bool {
    fields.iter().any(|field| matches!(field.input, OptionInput::Poll(_)) && values.contains_key(&field.id))
}

#[cfg(test)]
mod tests {
    use domain::options::PollLimits;

    use super::*;

    fn field(id: &str, input: OptionInput, counted: bool, first_part_only: bool) -> OptionField {
        let default = String::new();
        OptionField { id: id.into(), label: id.into(), input, default, counted, first_part_only }
    }

    fn fields() -> Vec<OptionField> {
        let poll = PollLimits { answers_max: 4, answer_max_chars: 50, life_min_s: 300, life_max_s: 3_600 };
        vec![
            field("warning", OptionInput::Text { chars_max: 5 }, true, false),
            field("poll", OptionInput::Poll(poll), false, true),
        ]
    }

    fn values(pairs: &[(&str, &str)]) -> Values {
        pairs.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn unknown_and_unfit_values_are_found_and_named() {
        let found = check(&fields(), &values(&[("warning", "longer"), ("colour", "red"), ("poll", "")]));
        let told: Vec<_> = found.iter().map(|one| (one.code, one.option.as_deref(), one.limit)).collect();
        assert_eq!(
            told,
            [
                (FindingCode::OptionUnknown, Some("colour"), None),
                (FindingCode::OptionInvalid, Some("warning"), Some(5)),
            ]
        );
        assert!(found.iter().all(Finding::blocks));
    }

    #[test]
    fn a_warning_goes_with_every_part_and_a_poll_with_the_first() {
        let values = values(&[("warning", "spoil"), ("poll", "{}"), ("other", "")]);
        assert_eq!(counted(&fields(), &values), "spoil");
        let (first, second) = (for_part(&fields(), &values, 0), for_part(&fields(), &values, 1));
        assert_eq!(first.keys().collect::<Vec<_>>(), ["poll", "warning"]);
        assert_eq!(second.keys().collect::<Vec<_>>(), ["warning"]);
        assert!(has_poll(&fields(), &first) && !has_poll(&fields(), &second));
    }
}

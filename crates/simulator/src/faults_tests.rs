use super::*;

fn faults(rules: Vec<Rule>) -> Faults {
    let faults = Faults::default();
    faults.set(rules);
    faults
}

#[test]
fn a_rule_skips_hits_and_is_spent() {
    let faults = faults(vec![Rule::new(Fault::ServerError).on("createRecord").after(1).times(2)]);
    let hits: Vec<bool> = (0..5).map(|_| faults.take("com.atproto.repo.createRecord").is_some()).collect();
    assert_eq!(hits, [false, true, true, false, false]);
    assert_eq!(faults.list()[0].hits, 2);
}

#[test]
fn other_operations_neither_meet_nor_use_up_a_rule() {
    let faults = faults(vec![Rule::new(Fault::Hang).on("createRecord")]);
    assert_eq!(faults.take("com.atproto.repo.createRecords"), None);
    assert_eq!(faults.take("com.atproto.repo.getRecord"), None);
    assert_eq!(faults.take("createRecord"), Some(Fault::Hang));
}

#[test]
fn rules_follow_one_another() {
    let faults = faults(vec![Rule::new(Fault::LostReply), Rule::new(Fault::Reject).times(2)]);
    let names: Vec<_> = (0..4).map(|_| faults.take("any").map(Fault::name)).collect();
    assert_eq!(names, [Some("lost_reply"), Some("reject"), Some("reject"), None]);
}

#[test]
fn the_json_form_has_defaults() {
    let rule: Rule = serde_json::from_str(r#"{"do":"rate_limit","retry_after_s":7}"#).unwrap();
    assert_eq!(rule, Rule::new(Fault::RateLimit { retry_after_s: 7 }));
    assert!(serde_json::from_str::<Rule>(r#"{"do":"explode"}"#).is_err());
    assert!(serde_json::from_str::<Rule>(r#"{"do":"accept_late"}"#).is_err(), "a delay is needed");
}

#[test]
fn every_fault_has_the_same_name_in_json_and_journal() {
    let all = [
        Fault::Reject,
        Fault::RateLimit { retry_after_s: 1 },
        Fault::ServerError,
        Fault::Hang,
        Fault::LostReply,
        Fault::AcceptLate { delay_ms: 1 },
        Fault::DelayReply { delay_ms: 1 },
        Fault::RevokeTokens,
        Fault::ExpireAccess,
        Fault::Drip,
        Fault::Garbage,
        Fault::HalfBody,
    ];
    for fault in all {
        assert_eq!(serde_json::to_value(fault).unwrap()["do"], fault.name());
    }
}

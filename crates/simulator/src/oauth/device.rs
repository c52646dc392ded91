//! Device codes (RFC 8628): asked for, typed in by a person, polled for.

use serde_json::{Value, json};

use super::problem::Device;
use super::state::{App, DeviceCode, Issued, State, Verdict};
use super::{Call, Form, Outcome, Problem, authorize, pages, random, token};
use crate::platform::CommandError;

const LIFE_S: i64 = 900;
const INTERVAL_S: i64 = 5;

/// Gives an app a pair of codes; `page` is where people type theirs in.
pub fn start(call: &mut Call<'_>, form: &Form, app: &App, page: &str) -> Value {
    let device_code = random();
    let user_code = user_code();
    let code = DeviceCode {
        user_code: user_code.clone(),
        client_id: app.client_id.clone(),
        scopes: (call.rules.asked_scopes)(form),
        expires_ms: call.now_ms + LIFE_S * 1_000,
        interval_s: INTERVAL_S,
        polled_ms: None,
        verdict: Verdict::Pending,
    };
    call.state.devices.insert(device_code.clone(), code);
    json!({
        "device_code": device_code, "user_code": user_code, "verification_uri": format!("{}{page}", call.url),
        "expires_in": LIFE_S, "interval": INTERVAL_S,
    })
}

/// Eight letters that spell nothing, as in RFC 8628, 6.1.
fn user_code() -> String {
    const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
    let letter = |byte: u8| char::from(LETTERS[usize::from(byte) % LETTERS.len()]);
    let letters: String =
        random().into_bytes().chunks(6).map(|six| letter(six.iter().fold(0, |a, b| a ^ (b << 1)))).collect();
    let (one, other) = letters.split_at(4);
    format!("{one}-{other}")
}

/// Asks whether the person has decided.
pub fn poll(call: &mut Call<'_>, form: &Form, app: &App) -> Result<Issued, Problem> {
    let shown = form.get("device_code").ok_or(Problem::Missing("device_code"))?;
    let now_ms = call.now_ms;
    let code = call.state.devices.get_mut(shown).filter(|code| code.client_id == app.client_id);
    let code = code.ok_or(Problem::Device(Device::Unknown))?;
    if code.expires_ms <= now_ms {
        return Err(Problem::Device(Device::Expired));
    }
    let too_soon = code.polled_ms.is_some_and(|last| now_ms < last + code.interval_s * 1_000);
    code.polled_ms = Some(now_ms);
    if too_soon {
        code.interval_s += 5;
        return Err(Problem::Device(Device::SlowDown(code.interval_s)));
    }
    match code.verdict.clone() {
        Verdict::Pending => Err(Problem::Device(Device::Pending)),
        Verdict::Denied => Err(Problem::Device(Device::Denied)),
        Verdict::Spent => Err(Problem::Device(Device::Unknown)),
        Verdict::Allowed(account) => {
            code.verdict = Verdict::Spent;
            let mut grant = token::grant(app, account, code.scopes.clone(), None);
            grant.device = true;
            Ok(token::open(call, grant).1)
        }
    }
}

/// The page where people type their code in.
#[expect(clippy::unnecessary_wraps, reason = "all handlers have one shape")]
pub fn show(call: &mut Call<'_>) -> Outcome {
    Ok(pages::device(call, None))
}

/// What they typed, with `decision` and `account` as on the consent page.
pub fn submit(call: &mut Call<'_>) -> Outcome {
    let form = Form::body(call.request);
    let account = authorize::chosen(call, form.get("account")).ok_or(Problem::Denied)?;
    let allowed = (form.get("decision") == Some("allow")).then_some(account.as_str());
    let known = verdict(call.state, form.get("user_code").unwrap_or_default(), allowed, call.now_ms);
    Ok(pages::device(call, Some(known)))
}

/// Notes a decision; whether there is such a code.
fn verdict(state: &mut State, user_code: &str, allowed_by: Option<&str>, now_ms: i64) -> bool {
    let wanted = |code: &&mut DeviceCode| {
        code.user_code.eq_ignore_ascii_case(user_code) && code.expires_ms > now_ms && code.verdict == Verdict::Pending
    };
    let Some(code) = state.devices.values_mut().find(wanted) else { return false };
    code.verdict = allowed_by.map_or(Verdict::Denied, |handle| Verdict::Allowed(handle.to_owned()));
    true
}

/// Decides as a person would on the page.
pub fn control(state: &mut State, code: &str, allowed_by: Option<&str>, now_ms: i64) -> Result<(), CommandError> {
    if let Some(handle) = allowed_by.filter(|handle| !state.accounts.contains_key(*handle)) {
        return Err(CommandError::UnknownAccount(handle.to_owned()));
    }
    if verdict(state, code, allowed_by, now_ms) { Ok(()) } else { Err(CommandError::UnknownCode(code.to_owned())) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn user_codes_are_two_groups_of_four_letters() {
        let code = super::user_code();
        let (one, other) = code.split_once('-').unwrap();
        assert!([one, other].iter().all(|group| group.len() == 4 && group.bytes().all(|b| b.is_ascii_uppercase())));
    }
}

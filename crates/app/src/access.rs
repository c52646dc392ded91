//! How the access of an account stands, in words, with what its owner can do. Asks nobody: it is made of what is known.

use domain::{
    AccountState, ErrorCode, UtcMs,
    access::{Access, GrantGone, Known},
};
use providers::descriptor::{Method, Need, OauthRules, RenewalRule, Scope};
use store::account::Account;

use crate::{App, Error, words::Who};

/// How the access of an account stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The one word for it.
    pub access: Access,
    /// When it ends for good, unless renewals move that; `None` where nobody says so.
    pub ends_at: Option<UtcMs>,
    /// Whether renewals move that end.
    pub end_moves: bool,
    /// What it means; empty where all is well.
    pub reason: String,
    /// What its owner can do; empty where there is nothing to do.
    pub fix: String,
    /// Permissions that were asked for and are not among those granted.
    pub missing: Vec<Scope>,
}

/// What an account that was unlinked leaves at its platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// What became of its grant there.
    pub gone: GrantGone,
    /// The same in a sentence or two.
    pub words: String,
    /// Where its owner sees and ends what apps may do; empty where no page is known.
    pub page: String,
}

impl App {
    /// How the access of an account stands.
    pub async fn standing(&self, account: &Account) -> Result<Standing, Error> {
        let known = self.known_access(account).await?;
        let access = known.access(self.clock.now());
        let provider = self.provider(account.platform.as_str())?;
        let facts = provider.descriptor();
        let linked = account.state != AccountState::Unlinked && account.method == "oauth";
        let lacks = |scope: &&Scope| linked && !scope.granted(&account.scopes);
        let missing: Vec<_> = facts.scopes.iter().filter(lacks).copied().collect();
        let who = Who { platform: facts.name, handle: &account.handle };
        let (ends_at, end_moves) = (known.ends_at, known.end_moves);
        let named_end = self.rules_of(account).filter(|_| !end_moves && known.renews).and_then(|rules| rules.named_end);
        let said = Said { who, access, ends_at, state_reason: &account.state_reason, named_end };
        Ok(Standing { access, ends_at, end_moves, reason: said.reason(), fix: said.fix(), missing })
    }

    async fn known_access(&self, account: &Account) -> Result<Known, Error> {
        let renews = self.renews(account.id).await?;
        let linked = account.state != AccountState::Unlinked;
        let (ends_at, end_moves) = self.end_of(account, renews);
        Ok(Known {
            state: account.state,
            token_ends_at: account.access_expires_at,
            renews,
            ends_at,
            end_moves,
            scope_missing: linked && self.lacks(account, Need::Publishing)?,
            keys_missing: linked && !self.has_client(account).await?,
            locked: linked && matches!(self.vault_view().await?.state, "locked" | "missing"),
            clock_wrong: self.clock_known_wrong_ms(account).is_some(),
            unreachable: self.http.breakers().leaves_alone(&Self::server_of(account)),
        })
    }

    /// When an access ends for good, as far as anybody says so, and whether renewals move that.
    pub(crate) fn end_of(&self, account: &Account, renews: bool) -> (Option<UtcMs>, bool) {
        match self.renewal_of(account) {
            // What is traded in has to live.
            RenewalRule::Trade(..) => (account.access_expires_at, true),
            RenewalRule::RefreshToken if renews => (account.refresh_expires_at, self.end_moves(account)),
            RenewalRule::RefreshToken | RenewalRule::Never => (account.access_expires_at, false),
        }
    }

    /// Whether renewals move the end of an account's grant.
    pub(crate) fn end_moves(&self, account: &Account) -> bool {
        let Some(ends_at) = account.refresh_expires_at else { return true };
        let rule = self.rules_of(account).and_then(|rules| rules.grant_end);
        rule.is_none_or(|rule| rule.restarts && rule.made(ends_at, account.access_expires_at))
    }

    /// What is known of a platform's consent, for an account that was linked by it.
    pub(crate) fn rules_of(&self, account: &Account) -> Option<OauthRules> {
        let provider = self.provider(account.platform.as_str()).ok().filter(|_| account.method == "oauth")?;
        provider.descriptor().methods.iter().find_map(Method::oauth).cloned()
    }

    /// What is left at its platform of an account that was unlinked.
    pub(crate) fn left_of(&self, account: &Account, gone: &Result<GrantGone, Error>) -> Left {
        let provider = self.provider(account.platform.as_str()).ok();
        let facts = provider.as_ref().map(|provider| provider.descriptor());
        let name = facts.map_or(account.platform.as_str(), |facts| facts.name);
        let page = facts.map(|facts| facts.access_page.replace("{instance}", &account.instance)).unwrap_or_default();
        let (gone, why) = match gone {
            Ok(gone) => (*gone, ""),
            // What it says is over has ended already.
            Err(error) if error.code == ErrorCode::RelinkNeeded => (GrantGone::Ended, ""),
            Err(error) => (GrantGone::NotTold, error.message.as_str()),
        };
        Left { gone, words: left_words(gone, name, why), page }
    }
}

/// A day as people write it.
pub(crate) fn day(at: UtcMs) -> String {
    at.to_datetime().format("%-d %B %Y").to_string()
}

struct Said<'a> {
    who: Who<'a>,
    access: Access,
    ends_at: Option<UtcMs>,
    state_reason: &'a str,
    /// Why the platform named this end, where it did.
    named_end: Option<&'static str>,
}

impl Said<'_> {
    fn reason(&self) -> String {
        let Who { platform, handle } = self.who;
        let end = self.ends_at.map(day).unwrap_or_default();
        let because = self.named_end.map(|why| format!(" {why}")).unwrap_or_default();
        match self.access {
            Access::Fine | Access::ExpiredRenewable => String::new(),
            Access::EndsSoon => format!("The access to {handle} ends on {end}.{because}"),
            Access::Expired if end.is_empty() => format!("The access to {handle} has ended."),
            Access::Expired => format!("The access to {handle} ended on {end}.{because}"),
            Access::Revoked if self.state_reason.is_empty() => format!("{platform} ended the access to {handle}."),
            Access::Revoked | Access::Restricted if !self.state_reason.is_empty() => self.state_reason.to_owned(),
            Access::Revoked | Access::Restricted => format!("{platform} restricts the account {handle}."),
            Access::ScopeMissing => format!("{handle} did not grant Postroom what publishing to {platform} needs."),
            Access::Unreachable => format!("The server of {handle} is not reached just now. The access has not ended."),
            Access::ClockWrong => "This computer's clock is wrong, so nothing can be said of the access.".to_owned(),
            Access::KeysMissing => {
                format!(
                    "{handle} was linked through an app of your own at {platform} that Postroom does not know any more."
                )
            }
            Access::Locked => "The key that opens the access of your accounts is locked or gone.".to_owned(),
            Access::Unlinked => format!("{handle} is not linked."),
        }
    }

    fn fix(&self) -> String {
        let Who { platform, handle } = self.who;
        match self.access {
            Access::Fine | Access::ExpiredRenewable => String::new(),
            Access::EndsSoon | Access::Expired | Access::Revoked => {
                format!("Link {handle} again; its posts and their times stay.")
            }
            Access::ScopeMissing => format!("Link {handle} again and allow everything that is asked for."),
            Access::Unreachable => "Nothing; it is tried again by itself.".to_owned(),
            Access::ClockWrong => "Set this computer's clock.".to_owned(),
            Access::KeysMissing => {
                format!("Enter your app at {platform} again under Your apps, then link {handle} again.")
            }
            Access::Locked => "Unlock the keychain.".to_owned(),
            Access::Restricted => format!("Sign in at {platform} and see what it asks for."),
            Access::Unlinked => "Link it to publish through it again.".to_owned(),
        }
    }
}

fn left_words(gone: GrantGone, platform: &str, why: &str) -> String {
    match gone {
        GrantGone::Ended => format!("{platform} has ended its access."),
        GrantGone::PasswordStays => {
            format!(
                "Postroom is signed out of {platform} and forgot the password. Delete the app password there too: it still works."
            )
        }
        GrantGone::NotOffered => {
            format!(
                "Postroom forgot its access, and {platform} lets no app end it there. End it in your settings at {platform}."
            )
        }
        GrantGone::NotTold => {
            let why = if why.is_empty() { String::new() } else { format!("{why} ") };
            format!(
                "{why}Postroom forgot its access and cannot use it any more, but {platform} was not told: end it in your settings there."
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(access: Access, named_end: Option<&'static str>) -> Said<'static> {
        let who = Who { platform: "Google", handle: "ash" };
        Said { who, access, ends_at: Some(UtcMs::from_millis(1_795_219_200_000)), state_reason: "", named_end }
    }

    #[test]
    fn each_has_its_own_sentence_and_a_cure_where_there_is_one() {
        let mut told = std::collections::BTreeSet::new();
        for access in Access::ALL {
            let (reason, fix) = (said(access, None).reason(), said(access, None).fix());
            assert!(!access.needs_its_owner() || !fix.is_empty(), "{access:?}");
            assert_eq!(reason.is_empty(), matches!(access, Access::Fine | Access::ExpiredRenewable), "{access:?}");
            assert!(reason.is_empty() || told.insert(reason.clone()), "{access:?} twice: {reason}");
        }
        let silent = said(Access::Unreachable, None);
        assert!(!silent.fix().contains("again;") && !silent.fix().contains("Link"), "silence is no disconnect");
    }

    #[test]
    fn a_near_end_says_why_where_the_platform_has_a_reason() {
        let why = "Google ends it after seven days while your app is in testing.";
        assert!(said(Access::EndsSoon, Some(why)).reason().ends_with(why));
        assert!(said(Access::EndsSoon, None).reason().starts_with("The access to ash ends on "));
    }

    #[test]
    fn what_is_left_is_never_told_as_ended() {
        for gone in [GrantGone::PasswordStays, GrantGone::NotOffered, GrantGone::NotTold] {
            let words = left_words(gone, "Microsoft", "");
            assert!(words.contains("there") && !words.contains("has ended"), "{words}");
        }
        assert_eq!(left_words(GrantGone::Ended, "X", ""), "X has ended its access.");
    }
}

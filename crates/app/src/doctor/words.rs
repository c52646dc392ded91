//! What was found, in words: what it means, and what mends it.

use domain::doctor::{Diagnosis, Hop, HopState};

use super::{Check, found::Found, patient::Patient};
use crate::words;

/// A hop that was tried.
pub(super) fn check(hop: Hop, found: Found, patient: &Patient) -> Check {
    let Found { state, diagnosis, said, seen } = found;
    let Some(diagnosis) = diagnosis else {
        return Check { hop, state, diagnosis: None, means: said, fix: String::new(), seen };
    };
    let (means, fix) = told(diagnosis, patient);
    // The key's trouble, and what a platform said, are known more exactly where they were met.
    let means = if said.is_empty() { means } else { said };
    Check { hop, state, diagnosis: Some(diagnosis), means, fix, seen }
}

/// A hop that was not tried.
pub(super) fn not_tried(hop: Hop, broken: bool) -> Check {
    let means = if broken { "Not tried: a hop before it is broken." } else { "Not tried: the check was ended." };
    let (state, means) = (HopState::NotTried, means.to_owned());
    Check { hop, state, diagnosis: None, means, fix: String::new(), seen: Vec::new() }
}

/// What a diagnosis means, and what mends it.
fn told(diagnosis: Diagnosis, patient: &Patient) -> (String, String) {
    let platform = patient.platform();
    let handle = patient.account.as_ref().map_or("the account", |account| account.handle.as_str());
    let (means, fix) = match diagnosis {
        Diagnosis::ClockWrong
        | Diagnosis::CertificateExpired
        | Diagnosis::CertificateNotYetValid
        | Diagnosis::CertificateWrongName
        | Diagnosis::CertificateUnknownIssuer
        | Diagnosis::CertificateUnusable
        | Diagnosis::NoTls => trust(diagnosis),
        Diagnosis::AppMissing
        | Diagnosis::AppRefused
        | Diagnosis::OuterAppId
        | Diagnosis::ClientForgotten
        | Diagnosis::RedirectRefused
        | Diagnosis::ScopeRefused => words::of_app(diagnosis),
        Diagnosis::PortsTaken | Diagnosis::LoopbackBlocked | Diagnosis::NoBrowser | Diagnosis::KeyUnavailable => {
            here(diagnosis)
        }
        Diagnosis::TokenMissing
        | Diagnosis::TokenExpired
        | Diagnosis::TokenEnded
        | Diagnosis::TokenNotRenewed
        | Diagnosis::ScopeMissing
        | Diagnosis::KindWrong
        | Diagnosis::PersonalAccount
        | Diagnosis::AccountRestricted
        | Diagnosis::OtherAccount
        | Diagnosis::ReadFailed => access(diagnosis),
        _ => way(diagnosis),
    };
    let named = |text: &str| text.replace("{platform}", platform).replace("{handle}", handle);
    (named(means), named(fix))
}

const fn way(diagnosis: Diagnosis) -> (&'static str, &'static str) {
    match diagnosis {
        Diagnosis::NoNetwork => {
            ("This computer has no network.", "Connect it: switch Wi-Fi on, plug the cable in, or leave flight mode.")
        }
        Diagnosis::ProxyUnreachable => (
            "The system says that calls go through a proxy, and nothing answers there.",
            "Start the proxy, or take it out of the system's network settings (or HTTPS_PROXY), then restart Postroom.",
        ),
        Diagnosis::ProxyRefuses => (
            "The proxy answers, and refuses to connect to {platform}.",
            "Ask whoever runs the proxy to allow it; or correct its name and password in the system's settings, then restart Postroom.",
        ),
        Diagnosis::NoName => (
            "The name of {platform}'s server leads nowhere.",
            "Check the server's name. If web pages do not open either, the network's name lookup (DNS) is at fault: try another network, or ask whoever runs it.",
        ),
        Diagnosis::ConnectionRefused => (
            "The computer at that address refuses connections.",
            "Check the server's address. If it is right, the server is off: try again later, or ask whoever runs it.",
        ),
        Diagnosis::NoConnection => (
            "Nothing answers at that address.",
            "A firewall or the network may block {platform}: try another network. If other networks do not help, the server is off.",
        ),
        Diagnosis::PracticeOff => ("The practice network does not run.", "Start it under Settings, Practice network."),
        Diagnosis::SignInPage => (
            "A page answers in the place of {platform}: most likely the one where this network wants you to sign in.",
            "Open any page in your browser, sign in to the network, then check again.",
        ),
        Diagnosis::NotThePlatform => (
            "What answers at that address is not {platform}, or something on the way changes its answers.",
            "Check the server's address. A firewall or filter that looks into connections does this too.",
        ),
        Diagnosis::PlatformDown => (
            "{platform} says that it is in trouble. Nothing is wrong here.",
            "Wait; Postroom tries again by itself. The platform's status page says more.",
        ),
        Diagnosis::TooManyCalls => {
            ("{platform} wants fewer calls for a while.", "Wait; Postroom goes on by itself when it may.")
        }
        Diagnosis::AuthorizationUnreached => (
            "{platform} answers, but the server where access is given cannot be reached.",
            "A filter in the network may block that server: try another network, or try again later.",
        ),
        Diagnosis::AuthorizationDown => (
            "The pages where access is given are in trouble.",
            "Wait, then link again. Accounts that are linked go on working meanwhile.",
        ),
        Diagnosis::TookTooLong => (
            "This took longer than it may.",
            "Check again. If it stays, the network is very slow, or something on the way holds calls back.",
        ),
        // `NoAnswer`, and whatever the other tables have.
        _ => (
            "The server of {platform} took the connection and gave no whole answer.",
            "Try again in a while. If it stays, try another network; a filter on the way may hold the answers back.",
        ),
    }
}

const fn trust(diagnosis: Diagnosis) -> (&'static str, &'static str) {
    match diagnosis {
        Diagnosis::ClockWrong => (
            "This computer's clock is wrong. Signed requests fail, and posts would go out at the wrong time.",
            "Set date, time and zone in the system's settings, best by letting it set them itself.",
        ),
        Diagnosis::CertificateExpired => (
            "The certificate of {platform}'s server has expired.",
            "Check this computer's date. If it is right, whoever runs the server must renew the certificate.",
        ),
        Diagnosis::CertificateNotYetValid => (
            "The certificate of {platform}'s server is not valid yet.",
            "Check this computer's date: it is most likely in the past.",
        ),
        Diagnosis::CertificateWrongName => (
            "The certificate is for another server: what answers may not be {platform}.",
            "Check the server's address. A network one has to sign in to does this too: open a page in your browser and sign in.",
        ),
        Diagnosis::CertificateUnknownIssuer => (
            "The certificate is signed by nobody this computer trusts. Somebody may be reading along.",
            "If your company or virus scanner looks into connections, its certificate must be trusted by the system; if not, use another network. Postroom never goes on without a good certificate.",
        ),
        Diagnosis::NoTls => (
            "What answers there does not speak https as it should.",
            "Check the server's address and port. A firewall or proxy on the way may break encrypted connections.",
        ),
        _ => (
            "The certificate of {platform}'s server cannot be used.",
            "Whoever runs the server must replace it. Postroom never goes on without a good certificate.",
        ),
    }
}

const fn here(diagnosis: Diagnosis) -> (&'static str, &'static str) {
    match diagnosis {
        Diagnosis::PortsTaken => (
            "The browser has to come back to one of a few ports of this computer, and other programs have them all.",
            "Close the programs that use these ports, then link again. Restarting the computer frees them too.",
        ),
        Diagnosis::LoopbackBlocked => (
            "A port for the browser to come back to could be opened, but not reached.",
            "A firewall or security program blocks connections of this computer to itself (127.0.0.1): allow them for Postroom.",
        ),
        Diagnosis::NoBrowser => (
            "The system knows no browser to open the page of consent in.",
            "Install a browser and make it the default one; or copy the link from the dialog into a browser you have.",
        ),
        _ => ("The key that opens Postroom's secrets is not there.", "Unlock the system's keychain, then check again."),
    }
}

const fn access(diagnosis: Diagnosis) -> (&'static str, &'static str) {
    match diagnosis {
        Diagnosis::TokenMissing => (
            "Postroom has no access to {handle}, or what is stored does not open.",
            "Link {handle} again. Its posts and history stay.",
        ),
        Diagnosis::TokenExpired => (
            "The access to {handle} has expired, and {platform} gave nothing to renew it with.",
            "Link {handle} again. Its posts and history stay.",
        ),
        Diagnosis::TokenEnded => (
            "{platform} ended the access to {handle}: it was taken back there, or the password was changed.",
            "Link {handle} again. Its posts and history stay.",
        ),
        Diagnosis::TokenNotRenewed => (
            "The access to {handle} has to be renewed, and {platform} did not do it just now.",
            "Check again in a while; nothing is lost. If it stays, link {handle} again.",
        ),
        Diagnosis::ScopeMissing => (
            "{handle} did not grant everything that Postroom needs.",
            "Link {handle} again and leave every box ticked on the platform's page.",
        ),
        Diagnosis::KindWrong => (
            "{handle} is of a kind that {platform} lets no app act for in this way, such as a program's own account.",
            "Link the account of a person: sign in with it in the browser.",
        ),
        Diagnosis::PersonalAccount => (
            "{handle} is a personal account, and {platform} lets apps act for professional ones only.",
            "Switch it in its settings at {platform} to a professional account (business or creator), then check again. If it stays, link {handle} again.",
        ),
        Diagnosis::AccountRestricted => (
            "{platform} restricts {handle}: it is suspended, deactivated or locked.",
            "Sign in at {platform} and see what it asks of you. Postroom cannot mend it.",
        ),
        Diagnosis::OtherAccount => (
            "The access belongs to another account than {handle}.",
            "Link {handle} again, signed in with it in the browser.",
        ),
        _ => (
            "{platform} answered in a way that Postroom does not understand.",
            "Check again. If it stays, copy this report and tell the people who make Postroom.",
        ),
    }
}

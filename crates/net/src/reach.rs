//! How far a request came that never left: told from the causes the connector gives, by type and never by words.

use std::{error::Error, io};

use domain::error::{CertificateFault, Reach};
use rustls::CertificateError;

/// Causes looked through.
const CAUSES_MAX: usize = 12;

/// How far a connection came that was not made.
pub(crate) fn of(error: &reqwest::Error) -> Reach {
    if error.is_dns() {
        return Reach::NoName;
    }
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    for _ in 0..CAUSES_MAX {
        let Some(inner) = cause else { break };
        if let Some(reach) = told_by(inner) {
            return reach;
        }
        // An I/O error names what it wraps as itself and not as its cause.
        let wrapped = inner.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        cause = wrapped.map_or_else(|| inner.source(), |wrapped| Some(wrapped));
    }
    if error.is_timeout() { Reach::NoConnection } else { Reach::Unclear }
}

fn told_by(error: &(dyn Error + 'static)) -> Option<Reach> {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(match tls {
            rustls::Error::InvalidCertificate(fault) => Reach::Certificate(fault_of(fault)),
            rustls::Error::NoCertificatesPresented => Reach::Certificate(CertificateFault::Unusable),
            _ => Reach::NoTls,
        });
    }
    match error.downcast_ref::<io::Error>()?.kind() {
        io::ErrorKind::ConnectionRefused => Some(Reach::Refused),
        io::ErrorKind::TimedOut => Some(Reach::NoConnection),
        _ => None,
    }
}

fn fault_of(error: &CertificateError) -> CertificateFault {
    use CertificateError as E;
    match error {
        E::Expired | E::ExpiredContext { .. } => CertificateFault::Expired,
        E::NotValidYet | E::NotValidYetContext { .. } => CertificateFault::NotYetValid,
        E::NotValidForName | E::NotValidForNameContext { .. } => CertificateFault::WrongName,
        E::UnknownIssuer => CertificateFault::UnknownIssuer,
        E::Revoked => CertificateFault::Revoked,
        _ => CertificateFault::Unusable,
    }
}

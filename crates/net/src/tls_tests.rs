//! Servers with every sort of wrong certificate, over real TLS.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use domain::{
    PlatformId,
    error::{CertificateFault as Fault, Reach},
};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use time::{Duration, OffsetDateTime};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
};

use crate::{Client, NetError, test_support::World};

/// Somebody who signs certificates.
struct Signer {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

impl Signer {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// A certificate for a name or address, valid from and until so many days from now.
    fn sign(&self, name: &str, from_days: i64, until_days: i64) -> (CertificateDer<'static>, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let certificate = params(name, from_days, until_days).signed_by(&key, &self.issuer).unwrap();
        (certificate.der().clone(), key)
    }
}

#[expect(clippy::disallowed_methods, reason = "certificates are checked against the system's clock")]
fn params(name: &str, from_days: i64, until_days: i64) -> CertificateParams {
    let now = OffsetDateTime::from(std::time::SystemTime::now());
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = now + Duration::days(from_days);
    params.not_after = now + Duration::days(until_days);
    params
}

/// Answers every request that gets through; the port, and how many did.
async fn serve(certificate: CertificateDer<'static>, key: &KeyPair) -> (u16, Arc<AtomicUsize>) {
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind((IpAddr::V4(Ipv4Addr::LOCALHOST), 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut start = [0_u8; 4];
            if stream.read_exact(&mut start).await.is_ok() {
                count.fetch_add(1, Ordering::SeqCst);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}").await;
                let _ = stream.shutdown().await;
            }
        }
    });
    (port, requests)
}

async fn post(client: &Client, port: u16) -> Result<u16, NetError> {
    let tag = client.tag(PlatformId::parse("practice").unwrap());
    let sent = client.post(&tag, "publish", &format!("https://127.0.0.1:{port}/")).body_bytes("x".into(), "text/plain");
    sent.send().await.map(|answer| answer.status)
}

#[tokio::test]
async fn each_wrong_certificate_is_told_apart_and_nothing_is_sent() {
    let (signer, world) = (Signer::new("Trusted"), Arc::new(World::default()));
    let trusting = Client::trusting(&signer.certificate, &world);
    let stranger = Signer::new("A stranger");
    let own_key = KeyPair::generate().unwrap();
    let own = params("127.0.0.1", -1, 1).self_signed(&own_key).unwrap().der().clone();
    let table = [
        ("expired", signer.sign("127.0.0.1", -20, -10), Fault::Expired),
        ("not yet valid", signer.sign("127.0.0.1", 10, 20), Fault::NotYetValid),
        ("wrong name", signer.sign("elsewhere.example", -1, 1), Fault::WrongName),
        ("unknown issuer", stranger.sign("127.0.0.1", -1, 1), Fault::UnknownIssuer),
        ("self-signed", (own, own_key), Fault::UnknownIssuer),
    ];
    for (name, (certificate, key), fault) in table {
        let (port, requests) = serve(certificate, &key).await;
        let error = post(&trusting, port).await.unwrap_err();
        assert_eq!(error.reach(), Reach::Certificate(fault), "{name}: {error}");
        assert!(!error.may_have_arrived(), "{name}");
        assert_eq!(requests.load(Ordering::SeqCst), 0, "{name}: the request stays here");
    }
}

#[tokio::test]
async fn a_right_certificate_of_a_trusted_issuer_is_taken() {
    let (signer, world) = (Signer::new("Trusted"), Arc::new(World::default()));
    let (certificate, key) = signer.sign("127.0.0.1", -1, 1);
    let (port, requests) = serve(certificate, &key).await;
    assert_eq!(post(&Client::trusting(&signer.certificate, &world), port).await, Ok(200));
    assert_eq!(requests.load(Ordering::SeqCst), 1);
}

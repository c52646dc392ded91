//! A server that counts as one on the net: its address is `https`. What it shows is trusted by the attack's process alone.

use std::{fs, path::Path, sync::Arc};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

/// Where the key and the certificate are, for the processes of attacks.
pub const FOLDER: &str = "POSTROOM_ATTACKS_TLS";
/// What they are told to trust.
pub const CERTIFICATE: &str = "certificate.pem";

/// Makes both.
pub fn prepare(folder: &Path) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(folder.join(CERTIFICATE), cert.pem()).unwrap();
    fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
}

/// Answers every call with a status and a body, which is the place to go to where the status is a redirect; both may
/// depend on the server's own address. Returns that address.
#[expect(clippy::disallowed_methods, reason = "the process was started with it")]
pub async fn server(said: impl Fn(&str) -> (u16, String) + Send + Sync + 'static) -> String {
    let folder = std::env::var(FOLDER).unwrap();
    let folder = Path::new(&folder);
    let certificate = CertificateDer::from_pem_file(folder.join(CERTIFICATE)).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let (status, text) = said(&base);
    let place = if status == 302 { format!("Location: {text}\r\n") } else { String::new() };
    let answer = format!(
        "HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nConnection: close\r\n{place}Content-Length: {}\r\n\r\n{text}",
        text.len()
    );
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let _ = stream.read(&mut [0; 4_096]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    base
}

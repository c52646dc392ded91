//! WordPress on somebody's own server, and its application passwords.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::{Command, CommandError, Fault, Rule};

use crate::client::{Answer, Rig, answer, header, param, refusal, text};

const APPROVE: &str = "/wp-admin/authorize-application.php";
const BACK: &str = "postroom://wp-callback?state=s-1";
const APP_ID: &str = "5b1c2b8e-6a2f-5e0b-9a3e-1f0f6d1c7a10";
const ME: &str = "/wp-json/wp/v2/users/me";
const PASSWORDS: &str = "/wp-json/wp/v2/users/me/application-passwords";

async fn start() -> Rig {
    Rig::start("wordpress", APPROVE, "").await
}

fn asking(success_url: &str) -> Vec<(&str, &str)> {
    vec![("app_name", "Postroom"), ("app_id", APP_ID), ("success_url", success_url)]
}

async fn call(rig: &Rig, method: Method, path: &str, login: &str, password: &str) -> Answer {
    answer(rig.request(method, path).basic_auth(login, Some(password))).await
}

async fn me(rig: &Rig, login: &str, password: &str) -> Answer {
    call(rig, Method::GET, ME, login, password).await
}

fn code(answer: &Answer) -> (u16, &str) {
    (answer.0, answer.1["code"].as_str().unwrap_or_default())
}

/// `wordpress.md`, 2.2 and 2.3: approved, handed back, used with and without its spaces.
#[tokio::test]
async fn a_password_is_approved_and_comes_back() {
    let rig = start().await;
    let page = rig.open(&asking(BACK)).await.text().await.unwrap();
    assert!(page.contains("Postroom") && page.contains("alice"), "{page}");
    let back = rig.decide(&asking(BACK), &[("decision", "allow"), ("account", "bob")]).await;
    assert!(back.as_str().starts_with("postroom://wp-callback?state=s-1&site_url=http"), "appended with &: {back}");
    assert_eq!((param(&back, "site_url").as_str(), param(&back, "user_login").as_str()), (rig.running.url(), "bob"));
    let password = param(&back, "password");
    let bare: String = password.chars().filter(|letter| *letter != ' ').collect();
    assert_eq!(bare.len(), 24);
    let spaced = format!("{} {}", &bare[..4], &bare[4..]);
    for shown in [&bare, &spaced] {
        assert_eq!(text(&me(&rig, "bob", shown).await.1, "slug"), "bob");
    }
    assert_eq!(me(&rig, "bob@site.example", &bare).await.0, 200, "by e-mail");
}

/// `wordpress.md`, 2.1: a site in a folder names its own addresses there, and tells its version unless that is hidden.
#[tokio::test]
async fn a_site_can_lie_in_a_folder() {
    let rig = start().await;
    rig.running.control(&Command::configure(&json!({"folder": "/blog", "core": 6.5}))).unwrap();
    let front = answer(rig.request(Method::GET, "/blog/")).await;
    assert_eq!(front.0, 200);
    let index = answer(rig.request(Method::GET, "/blog/wp-json/")).await.1;
    assert_eq!(text(&index, "home"), format!("{}/blog", rig.running.url()));
    assert_eq!(answer(rig.request(Method::GET, "/blogs/wp-json/")).await.0, 404);
    assert_eq!(answer(rig.request(Method::GET, "/wp-json/")).await.0, 404);
}

/// `wordpress.md`, 2.2: a no goes to `reject_url`, or to `success_url` with `success=false`; without either a page.
#[tokio::test]
async fn a_no_comes_back_as_one() {
    let rig = start().await;
    let back = rig.decide(&asking(BACK), &[("decision", "deny")]).await;
    assert_eq!((param(&back, "success").as_str(), param(&back, "password").as_str()), ("false", ""));
    let both = [asking(BACK), vec![("reject_url", "postroom://wp-no")]].concat();
    assert_eq!(rig.decide(&both, &[]).await.as_str(), "postroom://wp-no");
    let none = format!("{APPROVE}?app_name=Postroom");
    let page = rig.request(Method::POST, &none).form(&[("decision", "allow")]).send().await.unwrap();
    let page = page.text().await.unwrap();
    let shown = page.split_once("<code>").unwrap().1.split_once("</code>").unwrap().0.to_owned();
    assert_eq!((shown.len(), me(&rig, "alice", &shown).await.0), (29, 200), "for pasting");
}

/// `wordpress.md`, 2.2: which addresses may be returned to.
#[tokio::test]
async fn addresses_are_held_to_the_rules_of_the_core() {
    let rig = start().await;
    let opens = async |uri: &str| rig.open(&asking(uri)).await.status().as_u16();
    let refused = async |uri: &str| rig.refused_page(&asking(uri)).await.1;
    for uri in ["http://127.0.0.1:4711/cb", "http://[::1]:1/", "https://example.org/cb", "postroom://cb"] {
        assert_eq!(opens(uri).await, 200, "{uri} from 7.0 on");
    }
    assert!(refused("http://localhost:4711/cb").await.contains("invalid_redirect_scheme"));
    for uri in ["postroom:cb", "postroom:/cb", "javascript:alert(1)", "data://x/y", "nonsense"] {
        assert!(refused(uri).await.contains("invalid_redirect_url_format"), "{uri}");
    }
    rig.set(&json!({"core": 6.9}));
    assert!(refused("http://127.0.0.1:4711/cb").await.contains("invalid_redirect_scheme"));
    assert_eq!(opens("postroom://cb").await, 200, "on every version");
    rig.set(&json!({"local": true}));
    assert_eq!(opens("http://localhost:4711/cb").await, 200);
    let named = [("app_name", "Postroom"), ("app_id", "postroom"), ("success_url", BACK)];
    assert!(rig.refused_page(&named).await.1.contains("invalid_app_id"));
    let rejecting = [asking(BACK), vec![("reject_url", "http://example.org/")]].concat();
    assert_eq!(rig.open(&rejecting).await.status().as_u16(), 200);
    rig.set(&json!({"local": false}));
    assert!(rig.refused_page(&rejecting).await.1.contains("invalid_redirect_scheme"), "reject_url too");
}

/// `wordpress.md`, 2.1: the `Link` header, else the page, else a guess; pretty addresses or not.
#[tokio::test]
async fn the_interface_is_found() {
    let rig = start().await;
    let home = async || rig.request(Method::GET, "/").send().await.unwrap();
    let root = format!("{}/wp-json/", rig.running.url());
    assert_eq!(header(&home().await, "link"), format!("<{root}>; rel=\"https://api.w.org/\""));
    let head = rig.request(Method::HEAD, "/").send().await.unwrap();
    assert!(header(&head, "link").contains("/wp-json/"));
    rig.set(&json!({"link": "html"}));
    let page = home().await;
    assert_eq!(header(&page, "link"), "");
    assert!(page.text().await.unwrap().contains(&format!("<link rel=\"https://api.w.org/\" href=\"{root}\">")));
    rig.set(&json!({"link": "absent"}));
    assert!(!home().await.text().await.unwrap().contains("api.w.org"));
    let index = rig.get_bare("/wp-json/").await.1;
    let approve = &index["authentication"]["application-passwords"]["endpoints"]["authorization"];
    assert_eq!(approve.as_str().unwrap(), format!("{}{APPROVE}", rig.running.url()));
    rig.set(&json!({"pretty_permalinks": false, "link": "header"}));
    assert!(header(&home().await, "link").contains("/?rest_route=/>"));
    assert_eq!(rig.get_bare("/wp-json/").await.0, 404);
    assert_eq!(rig.get_bare("/?rest_route=/").await.1["namespaces"], index["namespaces"]);
    let by_route = call(&rig, Method::GET, "/?rest_route=/wp/v2/users/me", "alice", "alice-bot").await;
    assert_eq!(by_route.0, 200);
}

/// `wordpress.md`, 2.1 and 5, and servers seen: off site-wide, header lost, wrong password: all `rest_not_logged_in`.
#[tokio::test]
async fn what_keeps_a_right_password_out_looks_the_same() {
    let rig = start().await;
    let anonymous = (401, "rest_not_logged_in");
    assert_eq!(me(&rig, "alice", "alice-bot").await.0, 200);
    assert_eq!(code(&me(&rig, "alice", "wrong").await), anonymous);
    assert_eq!(code(&me(&rig, "Postroom", "alice-bot").await), anonymous, "the password's label is no login");
    assert_eq!(code(&rig.get_bare(ME).await), anonymous);
    rig.set(&json!({"drops_authorization": true}));
    assert_eq!(code(&me(&rig, "alice", "alice-bot").await), anonymous);
    assert!(
        rig.get_bare("/wp-json/").await.1["authentication"].is_object(),
        "which tells it from the feature being off"
    );
    rig.set(&json!({"drops_authorization": false, "application_passwords": false}));
    assert_eq!(code(&me(&rig, "alice", "alice-bot").await), anonymous);
    assert_eq!(rig.get_bare("/wp-json/").await.1["authentication"], json!([]));
    let route = call(&rig, Method::GET, &format!("{PASSWORDS}/introspect"), "alice", "alice-bot").await;
    assert_eq!(code(&route), (501, "application_passwords_disabled"));
    assert!(rig.refused_page(&asking(BACK)).await.1.contains("application_passwords_disabled"));
}

/// `wordpress.md`, 2.3: one's own password named and revoked; the next call is refused.
#[tokio::test]
async fn a_password_names_and_revokes_itself() {
    let rig = start().await;
    let back = rig.decide(&asking(BACK), &[("decision", "allow")]).await;
    let password = param(&back, "password");
    let own = call(&rig, Method::GET, &format!("{PASSWORDS}/introspect"), "alice", &password).await.1;
    assert_eq!((text(&own, "name").as_str(), text(&own, "app_id").as_str()), ("Postroom", APP_ID));
    assert!(own["last_used"].is_string() && own["last_ip"].is_string());
    let tokens = || rig.running.control(&Command::TokensOf { handle: "alice".to_owned() }).unwrap();
    assert_eq!(tokens(), json!({"tokens": 2}));
    let path = format!("{PASSWORDS}/{}", text(&own, "uuid"));
    let stranger = call(&rig, Method::DELETE, &path, "bob", "bob-bot").await;
    assert_eq!(code(&stranger), (404, "rest_application_password_not_found"));
    assert_eq!(call(&rig, Method::DELETE, &path, "alice", &password).await.1["deleted"], json!(true));
    assert_eq!(code(&me(&rig, "alice", &password).await), (401, "rest_not_logged_in"));
    assert_eq!(tokens(), json!({"tokens": 1}), "the other lives on");
    assert_eq!(call(&rig, Method::DELETE, &path, "alice", "alice-bot").await.0, 404);
}

/// `wordpress.md`, 2.3: "Roles: Contributor = drafts/pending only, no upload; Author = publish own + upload".
#[tokio::test]
async fn capabilities_follow_the_role() {
    let rig = start().await;
    for (role, expected) in [("contributor", [false, false]), ("author", [true, false]), ("editor", [true, true])] {
        rig.set(&json!({"role": role}));
        let me: Value = call(&rig, Method::GET, &format!("{ME}?context=edit"), "alice", "alice-bot").await.1;
        let may = ["publish_posts", "manage_categories"].map(|name| me["capabilities"][name].as_bool().unwrap());
        assert_eq!((may, &me["roles"]), (expected, &json!([role])));
    }
    assert!(me(&rig, "alice", "alice-bot").await.1["capabilities"].is_null(), "only in the edit context");
}

/// `wordpress.md`, 5: no route, a firewall's page, a shut account, no publishing here.
#[tokio::test]
async fn refusals_are_the_cores_or_a_page() {
    let rig = start().await;
    assert_eq!(code(&rig.get_bare("/wp-json/wp/v2/posts").await), (404, "rest_no_route"));
    assert_eq!(rig.get_bare("/nowhere").await, (404, Value::Null));
    rig.running.faults().add(Rule::new(Fault::RateLimit { retry_after_s: 5 }).on("users.me"));
    let limited = rig.request(Method::GET, ME).basic_auth("alice", Some("alice-bot")).send().await.unwrap();
    assert_eq!((limited.status().as_u16(), header(&limited, "retry-after").as_str()), (429, "5"));
    assert!(limited.text().await.unwrap().starts_with("<!DOCTYPE html>"));
    rig.running.control(&Command::TakeDown { handle: "alice".to_owned() }).unwrap();
    assert_eq!(me(&rig, "alice", "alice-bot").await.0, 401);
    rig.running.control(&Command::Restore { handle: "alice".to_owned() }).unwrap();
    rig.running.control(&Command::RevokeTokens).unwrap();
    let gone = me(&rig, "alice", "alice-bot").await;
    assert_eq!((gone.0, refusal(&gone).1), (401, ""));
    assert_eq!(rig.running.control(&Command::RotateKey), Err(CommandError::NotHere));
}

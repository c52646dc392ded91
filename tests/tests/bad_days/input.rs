//! What is written, shown and asked for that cannot go out as it is: texts, pictures, names and times.

use std::{
    fs::{self, File},
    io::Cursor,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use journeys::{
    bad_days::{Day, states},
    ctl::{Ctl, list, text},
    network::Network,
};
use serde_json::Value;
use tempfile::TempDir;

/// A profile with one practice account called Robin.
struct Desk {
    home: TempDir,
    ctl: Ctl,
    account: String,
    _network: Network,
}

impl Desk {
    fn new() -> Result<Self> {
        let home = tempfile::Builder::new().prefix("pb").tempdir()?;
        let (network, ctl) = (Network::start(home.path())?, Ctl::new(home.path())?);
        network.serve_profile(ctl.profile())?;
        let account = ctl.link_practice("a", "Robin")?;
        Ok(Self { home, ctl, account, _network: network })
    }

    /// A draft made of these arguments; its id.
    fn draft(&self, args: &[&str]) -> Result<String> {
        let words = [&["posts", "create", "--to", &self.account, "--draft"], args].concat();
        text(&self.ctl.json(&words)?, "/id")
    }

    fn file(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let path = self.home.path().join(name);
        fs::write(&path, bytes)?;
        Ok(path)
    }

    /// Asks for a draft to go out at a time at which it cannot: the finding that stops it, the draft as it was before.
    fn held_back(&self, day: &mut Day, draft: &str, when: &[&str]) -> Result<()> {
        let before = self.ctl.json(&["posts", "show", draft])?;
        let error = day.ctl(&self.ctl, &[&["posts", "reschedule", draft], when].concat(), "")?;
        let found = list(&error, "/findings")?.iter().find(|finding| finding["severity"] == "block");
        day.finding(found.context("nothing blocks")?, "Robin");
        let after = self.ctl.json(&["posts", "show", draft])?;
        ensure!(after == before, "the draft is as it was: {after}");
        day.after(format!("a draft, {}", states(&self.ctl)?)).nothing_lost("the draft, field by field");
        Ok(())
    }

    /// Adds a file that is no picture for us: nothing of it stays.
    fn no_picture(&self, id: &str, file: &Path) -> Result<()> {
        let kept = self.ctl.json(&["media", "list"])?;
        let mut day = Day::of(id)?;
        let error = day.ctl(&self.ctl, &["media", "add", &file.to_string_lossy()], "")?;
        day.failure(&error);
        // Looked at before anything else opens the profile, which would sweep it.
        let left = fs::read_dir(self.ctl.profile().join("media/incoming")).map_or(0, Iterator::count);
        ensure!(left == 0, "a copy stayed behind");
        ensure!(self.ctl.json(&["media", "list"])? == kept, "the pictures are as they were");
        day.after("not added; the file itself untouched").nothing_lost("every picture there was").done()
    }
}

fn png(width: u32, height: u32) -> Result<Vec<u8>> {
    let picture =
        image::RgbImage::from_fn(width, height, |x, y| image::Rgb([x.to_le_bytes()[0], y.to_le_bytes()[0], 90]));
    let mut bytes = Vec::new();
    image::DynamicImage::ImageRgb8(picture).write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png)?;
    Ok(bytes)
}

#[test]
fn texts_and_pictures_that_are_too_many_stay_drafts() -> Result<()> {
    let desk = Desk::new()?;
    let mut long = Day::of("text_too_long")?;
    let draft = desk.draft(&["--text", &"long ".repeat(120)])?;
    desk.held_back(&mut long, &draft, &["--now"])?;
    long.done()?;

    let mut many = Day::of("too_many_pictures")?;
    let files: Vec<_> = (1..=5_u32)
        .map(|n| Ok(format!("{}::Picture {n}", desk.file(&format!("{n}.png"), &png(n, n)?)?.display())))
        .collect::<Result<_>>()?;
    let pictures: Vec<_> = files.iter().flat_map(|file| ["--media", file.as_str()]).collect();
    let draft = desk.draft(&[&["--text", "Five of them"], &pictures[..]].concat())?;
    desk.held_back(&mut many, &draft, &["--now"])?;
    many.done()
}

#[test]
fn files_that_are_no_pictures_are_not_added() -> Result<()> {
    let desk = Desk::new()?;
    desk.ctl.json(&["media", "add", &desk.file("good.png", &png(40, 30)?)?.to_string_lossy()])?;
    let heavy = desk.home.path().join("heavy.jpg");
    File::create(&heavy)?.set_len(120 << 20)?;
    desk.no_picture("picture_too_large", &heavy)?;
    // 30000 × 30000 pixels by its header, and nothing else.
    let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0u0\0\0u0\x08\0\0\0\0CL\xa7f";
    let rest = b"\0\0\0\0IDAT5\xaf\x06\x1e\0\0\0\0IEND\xaeB`\x82";
    let wide = desk.file("wide.png", &[&head[..], rest].concat())?;
    desk.no_picture("picture_too_many_pixels", &wide)?;
    let whole = png(200, 200)?;
    desk.no_picture("picture_broken", &desk.file("broken.png", whole.get(..whole.len() / 2).unwrap_or_default())?)?;
    // One frame of 60000 × 60000 pixels on a screen of four.
    let bomb = b"GIF89a\x04\0\x04\0\x80\0\0\0\0\0\xff\xff\xff\x2c\0\0\0\0\x60\xea\x60\xea\0\x02\x02\x44\x01\0;";
    desk.no_picture("picture_hostile", &desk.file("bomb.gif", bomb)?)
}

#[test]
fn a_picture_that_is_gone_holds_its_post_until_it_is_added_again() -> Result<()> {
    let desk = Desk::new()?;
    let file = desk.file("gone.png", &png(64, 48)?)?;
    let media = format!("{}::A gradient", file.display());
    let words = ["posts", "create", "--to", &desk.account, "--text", "With a picture", "--media", &media, "--now"];
    let post = desk.ctl.json(&words)?;
    let publication = text(&post, "/publications/0/id")?;
    let kept = desk.ctl.profile().join("media");
    for shelf in fs::read_dir(&kept)? {
        fs::remove_dir_all(shelf?.path())?;
    }
    desk.ctl.run_until_idle()?;
    let mut day = Day::of("picture_gone")?;
    let shown = desk.ctl.publication(&publication)?["publication"].clone();
    day.shown(&shown)?;
    day.publication(&shown);
    let after = states(&desk.ctl)?;
    desk.ctl.json(&["media", "add", &file.to_string_lossy()])?;
    desk.ctl.json(&["publications", "retry", &publication])?;
    desk.ctl.run_until_idle()?;
    let shown: Value = desk.ctl.publication(&publication)?["publication"].clone();
    ensure!(shown["state"] == "published", "added again, it goes out: {shown}");
    day.after(format!("{after}; added again and retried: {}", states(&desk.ctl)?));
    day.nothing_lost("the post went out whole once the same file was added again").done()
}

#[test]
fn an_account_that_is_not_there_is_named() -> Result<()> {
    let desk = Desk::new()?;
    let before = desk.ctl.json(&["posts", "list"])?;
    let mut day = Day::of("account_unknown")?;
    let error = day.ctl(&desk.ctl, &["posts", "create", "--to", "nobody", "--text", "To whom?", "--now"], "")?;
    day.failure(&error);
    ensure!(desk.ctl.json(&["posts", "list"])? == before, "no post was made");
    day.after(states(&desk.ctl)?).nothing_lost("every post there was").done()
}

/// Twelve minutes and some seconds ago, so that they are twelve however long asking takes.
#[expect(
    clippy::disallowed_methods,
    reason = "what has passed is told by the program's own clock, which is the system's"
)]
fn twelve_minutes_ago() -> Result<String> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_millis();
    Ok(domain::UtcMs::from_millis(i64::try_from(now)? - 725_000).to_rfc3339())
}

#[test]
fn times_that_cannot_be_kept_are_explained() -> Result<()> {
    let desk = Desk::new()?;
    let draft = desk.draft(&["--text", "At its time"])?;
    let zone = ["--zone", "Europe/Berlin"];
    let mut past = Day::of("time_past")?;
    desk.held_back(&mut past, &draft, &["--at", &twelve_minutes_ago()?])?;
    past.done()?;
    let mut missing = Day::of("time_missing")?;
    desk.held_back(&mut missing, &draft, &[&["--at", "2030-03-31T02:30"], &zone[..]].concat())?;
    missing.done()?;
    let mut twice = Day::of("time_twice")?;
    desk.held_back(&mut twice, &draft, &[&["--at", "2030-10-27T02:30"], &zone[..]].concat())?;
    for (which, at) in [
        ("2030-10-27T02:30:00+02:00", "2030-10-27T00:30:00.000Z"),
        ("2030-10-27T02:30:00+01:00", "2030-10-27T01:30:00.000Z"),
    ] {
        let post = desk.ctl.json(&[&["posts", "reschedule", &draft, "--at", which], &zone[..]].concat())?;
        ensure!(
            post["schedule"]["at"] == at && text(&post, "/schedule/wall")?.starts_with("2030-10-27T02:30"),
            "{post}"
        );
    }
    twice.after("a draft, nothing queued; with its offset, either of the two: scheduled").done()
}

use std::{fs, path::Path};

use serde_json::Value;

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn linux() -> Value {
    let configuration: Value = serde_json::from_str(&read("tauri.conf.json")).unwrap();
    configuration["bundle"]["linux"].clone()
}

#[test]
fn the_package_asks_for_what_is_loaded_by_name_and_recommends_what_helps() {
    let deb = &linux()["deb"];
    let names = |field: &str| deb[field].as_array().unwrap().iter().map(Value::to_string).collect::<String>();
    assert!(names("depends").contains("libayatana-appindicator3-1"));
    for wanted in ["xdg-utils", "gnome-keyring | ", "gstreamer1.0-libav"] {
        assert!(names("recommends").contains(wanted), "{wanted}");
    }
}

#[test]
fn every_file_that_is_packed_besides_is_there() {
    for format in ["deb", "appimage"] {
        let files = linux()[format]["files"].as_object().unwrap().clone();
        assert!(files.keys().any(|target| target.ends_with("metainfo.xml")), "{format}");
        for source in files.values() {
            assert!(root().join(source.as_str().unwrap()).is_file(), "{source}");
        }
    }
}

#[test]
fn the_desktop_entry_takes_the_addresses_of_postroom() {
    let entry = read(linux()["deb"]["desktopTemplate"].as_str().unwrap());
    for line in ["Exec={{exec}} %u", "Icon={{icon}}", "MimeType=x-scheme-handler/postroom;", "Terminal=false"] {
        assert!(entry.lines().any(|found| found == line), "{line}");
    }
    let metadata = read("src-tauri/linux/app.postroom.desktop.metainfo.xml");
    assert!(metadata.contains("<id>app.postroom.desktop</id>"));
    assert!(metadata.contains("<launchable type=\"desktop-id\">Postroom.desktop</launchable>"));
}

#[test]
fn every_system_has_its_package_in_the_hosted_workflow() {
    let workflow = read(".github/workflows/packages.yml");
    for wanted in ["cargo xtask package", "--bundles appimage", "bundles: dmg", "bundles: msi", "upload-artifact"] {
        assert!(workflow.contains(wanted), "{wanted}");
    }
}

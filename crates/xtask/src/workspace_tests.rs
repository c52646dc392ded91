use super::{Kind, Workspace, is_generated};

#[test]
fn reads_packages_and_keeps_only_dependencies_of_the_tree() {
    let text = r#"{"workspace_root":"/w","target_directory":"/t","packages":[{"name":"app","manifest_path":"/w/crates/app/Cargo.toml",
      "dependencies":[{"name":"domain","kind":null,"path":"/w/crates/domain"},{"name":"serde","kind":null},
                      {"name":"simulator","kind":"dev","path":"/w/crates/simulator"}],
      "targets":[{"kind":["lib"],"name":"app","src_path":"/w/crates/app/src/lib.rs"},
                 {"kind":["test"],"name":"flow","src_path":"/w/crates/app/tests/flow.rs"}]}]}"#;
    let workspace = Workspace::parse(text).unwrap();
    let app = workspace.package("app").unwrap();
    assert_eq!(app.deps, [("domain".to_owned(), Kind::Normal), ("simulator".to_owned(), Kind::Dev)]);
    assert_eq!(workspace.relative(&app.entries[0]), "crates/app/src/lib.rs");
    assert_eq!(app.tests, ["flow"]);
}

#[test]
fn this_workspace_loads_and_lists_its_own_sources() {
    let workspace = Workspace::load().unwrap();
    let files = workspace.sources(&["rs"]).unwrap();
    assert!(files.iter().any(|file| workspace.relative(file) == "crates/xtask/src/workspace.rs"));
}

#[test]
fn generated_files_are_known_by_name() {
    for path in ["ui/src/ipc/generated.ts", "gen/schemas/a.ts", "crates/x/fixtures/bad.rs"] {
        assert!(is_generated(path), "{path}");
    }
    assert!(!is_generated("crates/xtask/src/gen.rs"));
}

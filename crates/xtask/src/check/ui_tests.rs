use super::{Source, cycles, tiers};

fn sources(files: &[(&str, &str)]) -> Vec<Source> {
    files.iter().map(|(path, text)| Source::new(format!("ui/src/{path}"), *text)).collect()
}

const GOOD: [(&str, &str); 9] = [
    ("errors/errors.ts", "import '../design/Button.svelte'"),
    ("test/setup.ts", "import '../views/App.svelte'"),
    ("main.ts", "import App from './views/App.svelte'; import './app.css'"),
    ("ipc/client.ts", "import { invoke } from '@tauri-apps/api/core'; import type { A } from './generated'"),
    ("design/Button.svelte", "<script>import { t } from '../i18n/index'</script>"),
    ("i18n/index.ts", "export const t = 1"),
    ("features/queue/Row.svelte", "<script>import B from '../../design/Button.svelte'; import './row.model'</script>"),
    ("features/queue/row.model.ts", "import { A } from '$ipc/client'"),
    ("views/App.svelte", "<script>import R from '../features/queue/Row.svelte'</script>"),
];

fn with(file: (&str, &str)) -> Vec<Source> {
    let mut files: Vec<_> = GOOD.into_iter().filter(|(path, _)| *path != file.0).collect();
    files.push(file);
    sources(&files)
}

#[test]
fn the_tiers_as_meant_pass() {
    let checked = tiers(&sources(&GOOD));
    assert_eq!((checked.seen, checked.findings), (9, vec![]));
    assert!(cycles(&sources(&GOOD)).findings.is_empty());
}

#[test]
fn an_import_up_the_tiers_is_reported() {
    for (path, import, words) in [
        ("design/X.ts", "../features/queue/row.model", "design may not import features"),
        ("features/queue/x.ts", "../../views/App.svelte", "features may not import views"),
        ("ipc/x.ts", "../design/Button.svelte", "ipc may not import design"),
        ("features/compose/x.ts", "../queue/row.model", "features never import each other"),
        ("design/y.ts", "$features/queue/row.model.js", "design may not import features"),
        ("views/z.ts", "./missing", "which is not there"),
        ("design/w.ts", "../errors/errors", "design may not import errors"),
    ] {
        let text = format!("import '{import}'");
        let found = tiers(&with((path, &text))).findings;
        assert!(found.len() == 1 && found[0].contains(words), "{path}: {found:?}");
    }
}

#[test]
fn tauri_outside_its_door_is_reported_even_in_a_test() {
    for path in ["features/queue/x.ts", "views/x.test.ts", "main.ts"] {
        let found = tiers(&with((path, "import { listen } from '@tauri-apps/api/event'"))).findings;
        assert!(found.len() == 1 && found[0].contains("only ui/src/ipc may"), "{path}: {found:?}");
    }
}

#[test]
fn a_folder_outside_the_tiers_is_reported() {
    let found = tiers(&with(("utils/x.ts", ""))).findings;
    assert_eq!(found, ["ui/src/utils/x.ts lies in no tier of the user interface"]);
}

#[test]
fn a_test_may_import_what_it_needs() {
    let found = tiers(&with(("design/x.test.ts", "import '../views/App.svelte'"))).findings;
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_cycle_of_files_is_reported() {
    let files = [("features/a/x.ts", "import './y'"), ("features/a/y.ts", "export * from './x'")];
    let found = cycles(&sources(&files)).findings;
    assert!(
        found.len() == 1 && found[0].starts_with("cycle of ui/src/features/a/x.ts, ui/src/features/a/y.ts"),
        "{found:?}"
    );
}

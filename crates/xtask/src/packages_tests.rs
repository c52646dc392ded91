use super::{Purpose, System, list, missing};

#[test]
fn systems_are_known_by_their_own_or_their_parents_name() {
    for (text, system) in [
        ("PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n", System::Debian),
        ("ID=ubuntu\nID_LIKE=debian\n", System::Debian),
        ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", System::Fedora),
        ("ID=manjaro\nID_LIKE=arch\n", System::Arch),
        ("ID=nixos\n", System::Unknown),
        ("", System::Unknown),
    ] {
        assert_eq!(System::from_os_release(text), system, "{text}");
    }
}

#[test]
fn every_system_gets_its_own_line() {
    let line = |system: System| system.install_line(list(system, Purpose::Build));
    assert_eq!(
        line(System::Debian),
        "apt-get install -y --no-install-recommends build-essential pkg-config libwebkit2gtk-4.1-dev"
    );
    assert!(line(System::Fedora).starts_with("dnf install -y gcc "));
    assert!(line(System::Arch).starts_with("pacman -S --needed --noconfirm base-devel "));
    assert_eq!(line(System::MacOs), "brew install pkgconf");
    assert_eq!(line(System::Windows), "winget install --exact --id Microsoft.VisualStudio.2022.BuildTools");
}

#[test]
fn only_what_is_missing_is_asked_for() {
    assert_eq!(missing(&["a", "b", "c"], |package| package == "b"), ["a", "c"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_package_that_does_not_exist_is_missing() {
    let here = System::here();
    if here == System::Debian {
        assert!(here.has("dpkg"));
        assert!(!here.has("no-such-package-as-this"));
    }
}

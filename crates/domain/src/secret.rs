//! A value that must never be printed, logged or serialised.

use std::fmt;

use zeroize::Zeroize;

/// Wipes its content on drop and shows `[secret]` wherever it is formatted. There is deliberately no
/// `Serialize`, no `Deref` and no `PartialEq`: each use names itself with [`Secret::expose`].
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes the value in; the caller must not keep a copy.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for the one call that needs it.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value, to be changed in its place.
    pub const fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Zeroize + Clone> Clone for Secret<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl From<&str> for Secret<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_never_shows_the_value() {
        let secret = Secret::from("hunter2");
        assert_eq!(format!("{secret:?}"), "[secret]");
        assert_eq!(secret.expose(), "hunter2");
    }
}

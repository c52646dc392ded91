//! The next library's function of a name.

use std::{
    ffi::{CStr, c_void},
    sync::atomic::{AtomicPtr, Ordering},
};

/// Where a function of the next library is; looked up once and kept in `known`. Ends the process where there is none:
/// nothing could be called in its place.
pub fn address(name: &CStr, known: &AtomicPtr<c_void>) -> *mut c_void {
    let found = known.load(Ordering::Relaxed);
    if !found.is_null() {
        return found;
    }
    // SAFETY: a name that ends with a zero byte, and the linker's own word for the libraries behind this one.
    let found = unsafe { libc::dlsym(libc::RTLD_NEXT, name.as_ptr()) };
    if found.is_null() {
        std::process::abort();
    }
    known.store(found, Ordering::Relaxed);
    found
}

/// The next library's function with this name, as the type it has there.
macro_rules! next {
    ($name:literal, $type:ty) => {{
        static KNOWN: std::sync::atomic::AtomicPtr<std::ffi::c_void> =
            std::sync::atomic::AtomicPtr::new(std::ptr::null_mut());
        // A function of the C library of this name has this type.
        std::mem::transmute::<*mut std::ffi::c_void, $type>($crate::next::address($name, &KNOWN))
    }};
}
pub(crate) use next;

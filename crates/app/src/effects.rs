//! What publishing and changing what is live read of an effect in the same way.

use providers::provider::{EffectPlan, Seed};
use store::effect::Effect;

use crate::Error;

/// Remote ids of other publications a read-back passes over.
pub(crate) const CLAIMED_MAX: i64 = 500;

/// What an effect recorded before it was sent.
pub(crate) fn recorded(effect: &Effect) -> Result<EffectPlan, Error> {
    let damaged = || Error::from(store::StoreError::Row("effect"));
    // Not a letter else than what was recorded is ever sent under its key.
    if domain::media::digest_hex(effect.request.as_bytes()) != effect.fingerprint {
        return Err(damaged());
    }
    let request = serde_json::from_str(&effect.request).map_err(|_| damaged())?;
    Ok(EffectPlan { class: effect.class, key: effect.key.clone(), request })
}

/// The seed an effect was made with.
pub(crate) fn seed(effect: &Effect) -> Seed {
    Seed { at: effect.seed_at, random: effect.seed_random.cast_unsigned() }
}

//! The real program: the contract that needs no network, and journeys on the practice network.

#[cfg(test)]
mod bench;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod certificates;
#[cfg(test)]
mod contract;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod doctor;
#[cfg(test)]
#[cfg(unix)]
mod journey;

//! Where a connection may go: the host's addresses are looked up, checked, and only those checked are used.
//!
//! A name under somebody else's control may resolve to the machine's own metadata service; credentials lie there. So
//! link-local and metadata addresses are refused after resolution, whatever the name was, and what must stay on this
//! machine stays there even if `localhost` were to point elsewhere.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Which addresses a host may resolve to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Any address but link-local and metadata ones.
    Anywhere,
    /// Only this machine: 127.0.0.0/8 and ::1.
    Loopback,
}

/// An address that is never connected to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{address} is {reason}")]
pub struct RefusedAddress {
    /// The address.
    pub address: IpAddr,
    /// Why not.
    pub reason: &'static str,
}

/// Metadata services of clouds that are not link-local: AWS (IPv6), Alibaba, Azure, Oracle.
const METADATA: [IpAddr; 4] = [
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
];

/// Whether this address may be connected to.
///
/// # Errors
/// When it may not, with the reason.
pub fn check(address: IpAddr, reach: Reach) -> Result<(), RefusedAddress> {
    let canonical = address.to_canonical();
    let reason = if is_link_local(canonical) {
        "a link-local address"
    } else if METADATA.contains(&canonical) {
        "a cloud's metadata service"
    } else if canonical.is_unspecified() || canonical.is_multicast() || canonical == Ipv4Addr::BROADCAST {
        "no address of one machine"
    } else if reach == Reach::Loopback && !canonical.is_loopback() {
        "not on this machine"
    } else {
        return Ok(());
    };
    Err(RefusedAddress { address, reason })
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

/// Whether a host may be connected to, as far as it can be told without resolving it.
///
/// # Errors
/// When it is an address that may not.
pub fn check_host(url: &Url, reach: Reach) -> Result<(), RefusedAddress> {
    match url.host() {
        Some(Host::Ipv4(address)) => check(address.into(), reach),
        Some(Host::Ipv6(address)) => check(address.into(), reach),
        // A name is checked each time it is resolved.
        Some(Host::Domain(_)) | None => Ok(()),
    }
}

/// Whether a URL names this machine: an address of 127.0.0.0/8, `[::1]`, or `localhost`.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).to_canonical().is_loopback(),
        None => false,
    }
}

/// The system's resolver, with every address checked before it is used.
#[derive(Debug, Clone, Copy)]
pub(super) struct CheckedResolver(pub(super) Reach);

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(allowed(found, reach)?)
        })
    }
}

/// The addresses that may be used; the first refusal where none may.
fn allowed(found: Vec<SocketAddr>, reach: Reach) -> Result<Addrs, RefusedAddress> {
    let mut refused = None;
    let allowed: Vec<SocketAddr> = found
        .into_iter()
        .filter(|address| match check(address.ip(), reach) {
            Ok(()) => true,
            Err(refusal) => {
                refused.get_or_insert(refusal);
                false
            }
        })
        .collect();
    match refused {
        Some(refusal) if allowed.is_empty() => Err(refusal),
        _ => Ok(Box::new(allowed.into_iter())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(address: &str, reach: Reach) -> Result<(), &'static str> {
        check(address.parse().unwrap(), reach).map_err(|refused| refused.reason)
    }

    #[test]
    fn metadata_and_link_local_addresses_are_refused_in_every_spelling() {
        for address in [
            "169.254.169.254",
            "169.254.0.1",
            "fe80::1",
            "::ffff:169.254.169.254",
        ] {
            assert_eq!(
                verdict(address, Reach::Anywhere),
                Err("a link-local address"),
                "{address}"
            );
        }
        for address in [
            "fd00:ec2::254",
            "100.100.100.200",
            "168.63.129.16",
            "::ffff:192.0.0.192",
        ] {
            assert_eq!(
                verdict(address, Reach::Anywhere),
                Err("a cloud's metadata service"),
                "{address}"
            );
        }
        for address in ["0.0.0.0", "::", "224.0.0.1", "255.255.255.255", "ff02::1"] {
            assert_eq!(
                verdict(address, Reach::Anywhere),
                Err("no address of one machine"),
                "{address}"
            );
        }
    }

    #[test]
    fn what_must_stay_on_this_machine_stays_there() {
        for address in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(verdict(address, Reach::Loopback), Ok(()), "{address}");
        }
        assert_eq!(verdict("10.0.0.7", Reach::Loopback), Err("not on this machine"));
        assert_eq!(verdict("10.0.0.7", Reach::Anywhere), Ok(()));
    }

    #[test]
    fn a_name_with_one_good_address_of_two_uses_the_good_one() {
        let both = || {
            vec![
                "169.254.169.254:0".parse().unwrap(),
                "10.0.0.7:0".parse().unwrap(),
            ]
        };
        let used: Vec<SocketAddr> = allowed(both(), Reach::Anywhere)
            .map_err(|_| ())
            .unwrap()
            .collect();
        assert_eq!(used, ["10.0.0.7:0".parse().unwrap()]);
        assert!(allowed(both(), Reach::Loopback).is_err());
    }

    #[test]
    fn odd_spellings_of_an_address_are_seen_through() {
        let refused = |text: &str| check_host(&Url::parse(text).unwrap(), Reach::Anywhere).is_err();
        assert!(refused("http://0xa9fea9fe/"));
        assert!(refused("http://2852039166/"));
        assert!(refused("http://[::ffff:a9fe:a9fe]/"));
        assert!(!refused("http://10.0.0.7/"));
    }
}

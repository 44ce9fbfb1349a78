//! Free ports on the loopback interface.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::DevStackError;

/// Below the range from which the kernel takes the local ports of outgoing connections (32768 on Linux): such a connection
/// must not take the port of a server that is being restarted.
const FIRST: u16 = 20_000;
const LAST: u16 = 31_999;

/// `N` ports nobody listens on now. Another process may still take one before it is used: the start is then tried again.
///
/// # Errors
/// [`DevStackError::NoFreePort`] when all are taken.
pub fn free<const N: usize>() -> Result<[u16; N], DevStackError> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let span = u32::from(LAST - FIRST) + 1;
    // Processes begin at different places, so that stacks started at the same instant seldom meet.
    let origin = std::process::id().wrapping_mul(2_654_435_761) >> 8;
    let mut found = [0_u16; N];
    let mut count = 0;
    for _ in 0..span {
        if count == N {
            break;
        }
        let offset = origin.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % span;
        let port = FIRST + u16::try_from(offset).unwrap_or(0);
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            found[count] = port;
            count += 1;
        }
    }
    if count == N { Ok(found) } else { Err(DevStackError::NoFreePort { first: FIRST, last: LAST }) }
}

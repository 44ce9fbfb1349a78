//! Measures the messages inside a gRPC body by their five-byte heads, without holding them.

/// Follows the heads of the messages through the chunks of a body.
#[derive(Debug)]
pub(super) struct FrameMeter {
    limit: usize,
    head: [u8; 5],
    read: usize,
    skip: usize,
}

impl FrameMeter {
    /// A meter that admits messages of at most `limit` bytes.
    pub(super) const fn new(limit: usize) -> Self {
        Self { limit, head: [0; 5], read: 0, skip: 0 }
    }

    /// Follows one chunk; false when a message in it is announced as longer than the limit.
    pub(super) fn admits(&mut self, mut chunk: &[u8]) -> bool {
        while !chunk.is_empty() {
            if self.skip > 0 {
                let step = self.skip.min(chunk.len());
                self.skip -= step;
                chunk = &chunk[step..];
                continue;
            }
            self.head[self.read] = chunk[0];
            self.read += 1;
            chunk = &chunk[1..];
            if self.read == self.head.len() {
                self.read = 0;
                let [_, length @ ..] = self.head;
                let Ok(length) = usize::try_from(u32::from_be_bytes(length)) else { return false };
                if length > self.limit {
                    return false;
                }
                self.skip = length;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(length: u32) -> Vec<u8> {
        let body = usize::try_from(length).expect("a length");
        [&[0][..], &length.to_be_bytes(), &vec![7; body]].concat()
    }

    #[test]
    fn messages_are_measured_however_they_are_cut() {
        let body = [message(3), message(0), message(10)].concat();
        for cut in 1..=body.len() {
            let mut meter = FrameMeter::new(10);
            assert!(body.chunks(cut).all(|chunk| meter.admits(chunk)), "cut at {cut}");
            let mut meter = FrameMeter::new(9);
            assert!(!body.chunks(cut).all(|chunk| meter.admits(chunk)), "cut at {cut}");
        }
    }
}

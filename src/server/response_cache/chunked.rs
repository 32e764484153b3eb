//! A long body, sent in portions: the server copies a portion for each client, and not all of it for those who
//! take it slowly.

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    web::Bytes,
};
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

/// The longest portion, in bytes.
const LONGEST: usize = 64 << 10;

/// What is not yet sent.
struct ChunkedBody(Bytes);

/// The bytes as a body.
pub fn body(bytes: Bytes) -> BoxBody {
    if bytes.len() <= LONGEST {
        BoxBody::new(bytes)
    } else {
        BoxBody::new(ChunkedBody(bytes))
    }
}

impl MessageBody for ChunkedBody {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.0.len() as u64)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        let length = self.0.len().min(LONGEST);
        let portion = self.0.split_to(length);
        Poll::Ready((!portion.is_empty()).then_some(Ok(portion)))
    }
}

#[cfg(test)]
mod tests {
    use crate::server::response_cache::chunked::{LONGEST, body};
    use actix_web::{
        body::{BodySize, MessageBody},
        web::Bytes,
    };
    use std::{pin::pin, task::Poll};

    #[actix_web::test]
    async fn a_body_is_whole_and_no_portion_is_long() {
        for length in [0, 1, LONGEST, LONGEST + 1, 3 * LONGEST, 1_000_000] {
            let bytes: Bytes = (0..251).cycle().take(length).collect();
            let mut body = pin!(body(bytes.clone()));
            assert_eq!(body.size(), BodySize::Sized(length as u64));
            let mut sent = Vec::new();
            loop {
                match std::future::poll_fn(|context| Poll::Ready(body.as_mut().poll_next(context)))
                    .await
                {
                    Poll::Ready(Some(portion)) => {
                        let portion = portion.expect("a portion");
                        assert!((1..=LONGEST).contains(&portion.len()));
                        sent.extend_from_slice(&portion);
                    }
                    Poll::Ready(None) => break,
                    Poll::Pending => panic!("all of it is there"),
                }
            }
            assert!(sent == bytes, "{length}");
        }
    }
}

//! A body read to its end, if that is near.

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    web::{Bytes, BytesMut},
};
use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

type Failure = Box<dyn std::error::Error>;

/// A body, as far as it was read.
pub enum Collected {
    Whole(Bytes),
    /// A body that is longer, or broke off: all of it, with its failure.
    Longer(Begun),
}

/// A body whose beginning was read.
pub struct Begun {
    size: BodySize,
    beginning: Option<Bytes>,
    failure: Option<Failure>,
    rest: BoxBody,
}

/// Reads a body to its end, or until it has more than `most` bytes.
pub async fn collect(body: BoxBody, most: usize) -> Collected {
    let size = body.size();
    let body = match body.try_into_bytes() {
        Ok(bytes) => return Collected::Whole(bytes),
        Err(body) => body,
    };
    let mut rest = body;
    let mut beginning = BytesMut::new();
    let mut failure = None;
    while beginning.len() <= most && failure.is_none() {
        match poll_fn(|context| Pin::new(&mut rest).poll_next(context)).await {
            Some(Ok(bytes)) => beginning.extend_from_slice(&bytes),
            Some(Err(error)) => failure = Some(error),
            None => return Collected::Whole(beginning.freeze()),
        }
    }
    Collected::Longer(Begun {
        size,
        beginning: Some(beginning.freeze()),
        failure,
        rest,
    })
}

impl MessageBody for Begun {
    type Error = Failure;

    fn size(&self) -> BodySize {
        self.size
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Failure>>> {
        if let Some(beginning) = self.beginning.take().filter(|bytes| !bytes.is_empty()) {
            return Poll::Ready(Some(Ok(beginning)));
        }
        if let Some(failure) = self.failure.take() {
            return Poll::Ready(Some(Err(failure)));
        }
        Pin::new(&mut self.rest).poll_next(context)
    }
}

#[cfg(test)]
mod tests {
    use crate::server::response_cache::collect::{Collected, collect};
    use actix_web::{
        body::{BodyStream, BoxBody, to_bytes},
        web::Bytes,
    };
    use futures_util::stream::iter;

    type Pieces = Vec<Result<Bytes, std::io::Error>>;

    fn body(pieces: Pieces) -> BoxBody {
        BoxBody::new(BodyStream::new(iter(pieces)))
    }

    fn pieces() -> Pieces {
        vec![Ok("some".into()), Ok(" more".into()), Ok(" text".into())]
    }

    #[actix_web::test]
    async fn a_short_body_is_read_to_its_end() {
        let Collected::Whole(bytes) = collect(body(pieces()), 14).await else {
            panic!("it is whole");
        };
        assert_eq!(bytes, "some more text");
    }

    #[actix_web::test]
    async fn nothing_of_a_longer_body_is_lost() {
        for most in [0, 3, 8, 13] {
            let Collected::Longer(begun) = collect(body(pieces()), most).await else {
                panic!("it has more than {most} bytes");
            };
            let bytes = to_bytes(begun).await.ok();
            assert_eq!(bytes, Some(Bytes::from("some more text")), "{most}");
        }
    }

    #[actix_web::test]
    async fn a_body_that_breaks_off_breaks_off() {
        let mut pieces = pieces();
        pieces.push(Err(std::io::Error::other("broken")));
        let Collected::Longer(begun) = collect(body(pieces), 100).await else {
            panic!("it has no end");
        };
        assert!(to_bytes(begun).await.is_err());
    }
}

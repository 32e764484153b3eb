//! The listening sockets of the service, and the URL that its links have by default. `run` binds them first,
//! since the system chooses a port where none is asked for.

use socket2::{Domain, Protocol, Socket, Type};
use std::{
    io,
    net::{SocketAddr, TcpListener, ToSocketAddrs},
};

/// The sockets, one for each address of a name.
pub struct Listeners {
    pub sockets: Vec<TcpListener>,
    /// As the setting has it.
    asked: String,
}

impl Listeners {
    /// Listens at an address; where a name has several, at those that can be had.
    pub fn bind(asked: &str, backlog: u32) -> io::Result<Self> {
        let told = |error: io::Error| {
            io::Error::new(error.kind(), format!("cannot listen at {asked}: {error}"))
        };
        let (mut sockets, mut failure) = (Vec::new(), None);
        for address in asked.to_socket_addrs().map_err(told)? {
            match socket(address, backlog) {
                Ok(socket) => sockets.push(socket),
                Err(error) => failure = Some(error),
            }
        }
        match failure {
            Some(error) if sockets.is_empty() => Err(told(error)),
            _ => Ok(Self {
                sockets,
                asked: asked.to_owned(),
            }),
        }
    }

    /// The URL that leads here from this machine. Every address is not one that a link can lead to.
    pub fn url(&self) -> io::Result<String> {
        let first = self.sockets.first().map(TcpListener::local_addr);
        let first = first.ok_or(io::ErrorKind::AddrNotAvailable)??;
        let host = if first.ip().is_unspecified() {
            log::warn!(
                "the links of the service lead to this machine; give the address that clients know it by with --public-url"
            );
            "localhost"
        } else {
            self.asked.rsplit_once(':').map_or("", |(host, _)| host)
        };
        Ok(format!("http://{host}:{}", first.port()))
    }
}

fn socket(address: SocketAddr, backlog: u32) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    #[cfg(unix)] // elsewhere it would let another program take the address over
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use super::Listeners;

    #[test]
    fn links_lead_to_an_address_that_there_is() {
        for (asked, host) in [
            ("127.0.0.1:0", "http://127.0.0.1:"),
            ("localhost:0", "http://localhost:"),
            ("0.0.0.0:0", "http://localhost:"),
        ] {
            let listeners = Listeners::bind(asked, 16).expect(asked);
            let url = listeners.url().expect(asked);
            let port = url.strip_prefix(host).expect(&url);
            assert!(port.parse::<u16>().is_ok_and(|port| port != 0), "{url}");
        }
    }
}

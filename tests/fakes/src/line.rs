//! A listener whose connections can be cut, and which can refuse new ones: what a lost answer and a dead server are made
//! of. HTTP sits on top and knows nothing of it.

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use futures::task::AtomicWaker;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// One accepted connection, as a handler sees it.
#[derive(Clone, Debug)]
pub struct Line {
    cut: Arc<Cut>,
    address: SocketAddr,
}

#[derive(Debug, Default)]
struct Cut {
    done: AtomicBool,
    reader: AtomicWaker,
}

impl Line {
    /// Ends the connection now: nothing more is read from it or written to it, and the other side sees it close. An
    /// answer that a handler returns afterwards reaches nobody.
    pub fn cut(&self) {
        self.cut.done.store(true, Ordering::SeqCst);
        self.cut.reader.wake();
    }

    /// Where the caller sits.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// The end of a listener that a story holds: it can hang up and pick up again.
#[derive(Clone)]
pub struct Exchange {
    inner: Arc<Mutex<Plugged>>,
    address: SocketAddr,
    runtime: tokio::runtime::Handle,
}

struct Plugged {
    listener: Option<TcpListener>,
    acceptor: Option<Waker>,
    lines: Vec<Weak<Cut>>,
}

impl Exchange {
    /// Listens on a free port of 127.0.0.1. Call it inside a Tokio runtime.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn open() -> io::Result<(Self, Answering)> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let plugged = Plugged {
            listener: Some(listener),
            acceptor: None,
            lines: Vec::new(),
        };
        let exchange = Self {
            inner: Arc::new(Mutex::new(plugged)),
            address,
            runtime: tokio::runtime::Handle::current(),
        };
        Ok((exchange.clone(), Answering { exchange }))
    }

    /// The address that stays the same while hung up.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the port and every open connection, as the death of a server does: who calls now is refused.
    pub fn hang_up(&self) {
        let mut plugged = self.plugged();
        plugged.listener = None;
        for cut in plugged.lines.drain(..).filter_map(|line| line.upgrade()) {
            cut.done.store(true, Ordering::SeqCst);
            cut.reader.wake();
        }
    }

    /// Listens again, on the same port.
    ///
    /// # Errors
    /// When somebody else has taken the port in between.
    pub fn pick_up(&self) -> io::Result<()> {
        let mut plugged = self.plugged();
        if plugged.listener.is_some() {
            return Ok(());
        }
        let listener = std::net::TcpListener::bind(self.address)?;
        listener.set_nonblocking(true)?;
        let _entered = self.runtime.enter();
        plugged.listener = Some(TcpListener::from_std(listener)?);
        if let Some(acceptor) = plugged.acceptor.take() {
            acceptor.wake();
        }
        Ok(())
    }

    fn plugged(&self) -> MutexGuard<'_, Plugged> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn poll_accept(&self, context: &mut Context<'_>) -> Poll<(Wire, Line)> {
        let mut plugged = self.plugged();
        plugged.acceptor = Some(context.waker().clone());
        loop {
            let Some(listener) = &plugged.listener else {
                return Poll::Pending;
            };
            match listener.poll_accept(context) {
                Poll::Ready(Ok((stream, address))) => {
                    let cut = Arc::new(Cut::default());
                    plugged.lines.retain(|line| line.strong_count() > 0);
                    plugged.lines.push(Arc::downgrade(&cut));
                    return Poll::Ready((
                        Wire {
                            stream,
                            cut: cut.clone(),
                        },
                        Line { cut, address },
                    ));
                }
                Poll::Ready(Err(_)) => {}
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

/// The end of a listener that serves: give it to [`axum::serve()`].
pub struct Answering {
    exchange: Exchange,
}

impl Listener for Answering {
    type Io = Wire;
    type Addr = Line;

    async fn accept(&mut self) -> (Wire, Line) {
        poll_fn(|context| self.exchange.poll_accept(context)).await
    }

    fn local_addr(&self) -> io::Result<Line> {
        Ok(Line {
            cut: Arc::default(),
            address: self.exchange.address,
        })
    }
}

impl Connected<IncomingStream<'_, Answering>> for Line {
    fn connect_info(stream: IncomingStream<'_, Answering>) -> Self {
        stream.remote_addr().clone()
    }
}

/// The bytes of one connection, until it is cut.
pub struct Wire {
    stream: TcpStream,
    cut: Arc<Cut>,
}

impl Wire {
    fn is_cut(&self) -> bool {
        self.cut.done.load(Ordering::SeqCst)
    }

    fn stream(self: Pin<&mut Self>) -> Pin<&mut TcpStream> {
        Pin::new(&mut self.get_mut().stream)
    }
}

fn severed() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "the fake cut this connection")
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.cut.reader.register(context.waker());
        if self.is_cut() {
            return Poll::Ready(Err(severed()));
        }
        self.stream().poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.is_cut() {
            return Poll::Ready(Err(severed()));
        }
        self.stream().poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_cut() {
            return Poll::Ready(Err(severed()));
        }
        self.stream().poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(context)
    }
}

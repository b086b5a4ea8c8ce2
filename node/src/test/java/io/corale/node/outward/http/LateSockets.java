package io.corale.node.outward.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ServerSocketFactory;

/** Sockets of a busy server: what comes stays unread in the network for a while. */
public final class LateSockets extends ServerSocketFactory {
  private final long unreadMillis;

  public LateSockets(long unreadMillis) {
    this.unreadMillis = unreadMillis;
  }

  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    return createServerSocket(port, 0);
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog) throws IOException {
    return createServerSocket(port, backlog, InetAddress.getLoopbackAddress());
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
      throws IOException {
    return new ServerSocket(port, backlog, address) {
      @Override
      public Socket accept() throws IOException {
        Late socket = new Late();
        implAccept(socket);
        return socket;
      }
    };
  }

  private final class Late extends Socket {
    @Override
    public InputStream getInputStream() throws IOException {
      try {
        Thread.sleep(unreadMillis);
      } catch (InterruptedException e) {
        throw new IOException("the test is over", e);
      }
      return super.getInputStream();
    }
  }
}

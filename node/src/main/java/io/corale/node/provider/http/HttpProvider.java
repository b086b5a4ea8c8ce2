package io.corale.node.provider.http;

import io.corale.model.Account;
import io.corale.model.Outcome;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderCall;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.pool.AbstractChannelPoolMap;
import io.netty.channel.pool.ChannelHealthChecker;
import io.netty.channel.pool.ChannelPool;
import io.netty.channel.pool.ChannelPoolHandler;
import io.netty.channel.pool.FixedChannelPool;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Calls functions by HTTP/1.1, over bounded pools of kept connections, one pool for each address.
 *
 * <p>The address that was checked against the operator's rules is the one that is connected to, so
 * that a name which resolves differently a moment later leads nowhere.
 */
final class HttpProvider implements Provider {
  static final String ID = "http";

  private static final int THREADS = 2;

  /** More to one address than most providers' limits for an account. */
  private static final int MAX_CONNECTIONS = 1_024;

  /** The scheduler sends no more than an account's limit; this many may wait for a connection. */
  private static final int MAX_PENDING = 4_096;

  private static final int CONNECT_TIMEOUT_MILLIS = 1_000;

  /** A send may not linger in the kernel longer than the delivery bound (rule 10). */
  private static final int TCP_USER_TIMEOUT_MILLIS = 1_000;

  /** What has not left yet cannot be called back: keep it short. */
  private static final int SEND_BUFFER_BYTES = 64 * 1024;

  /** A superpeer may send everything that an account permits at once. */
  private static final int MAX_RESOLVING = 8_192;

  private static final int RESOLVERS = 2;

  private final TargetRules rules;
  private final EventLoopGroup loops;
  private final Bootstrap bootstrap;
  private final AbstractChannelPoolMap<InetSocketAddress, FixedChannelPool> pools;
  private final ThreadPoolExecutor resolving;

  HttpProvider(TargetRules rules) {
    this.rules = rules;
    boolean isNative = Epoll.isAvailable();
    this.loops =
        new MultiThreadIoEventLoopGroup(
            THREADS,
            new DefaultThreadFactory("http-provider", true),
            isNative ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    this.bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(isNative ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS);
    if (isNative) {
      bootstrap.option(EpollChannelOption.TCP_USER_TIMEOUT, TCP_USER_TIMEOUT_MILLIS);
    }
    this.pools = new Pools(bootstrap);
    this.resolving =
        new ThreadPoolExecutor(
            RESOLVERS,
            RESOLVERS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(MAX_RESOLVING),
            new DefaultThreadFactory("http-resolve", true));
  }

  /** One pool for each address. */
  private static final class Pools
      extends AbstractChannelPoolMap<InetSocketAddress, FixedChannelPool> {
    private final Bootstrap bootstrap;

    Pools(Bootstrap bootstrap) {
      this.bootstrap = bootstrap;
    }

    @Override
    protected FixedChannelPool newPool(InetSocketAddress address) {
      return new FixedChannelPool(
          bootstrap.clone().remoteAddress(address),
          new Furnisher(),
          ChannelHealthChecker.ACTIVE,
          FixedChannelPool.AcquireTimeoutAction.FAIL,
          CONNECT_TIMEOUT_MILLIS,
          MAX_CONNECTIONS,
          MAX_PENDING);
    }
  }

  /** Lays the pipeline of a new connection; a kept one needs nothing. */
  private static final class Furnisher implements ChannelPoolHandler {
    @Override
    public void channelCreated(Channel channel) {
      HttpExchange.furnish(channel);
    }

    @Override
    public void channelAcquired(Channel channel) {}

    @Override
    public void channelReleased(Channel channel) {}
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public List<String> faults(Account account) {
    return HttpTarget.faults(account.settings());
  }

  @Override
  public CompletableFuture<Outcome> call(ProviderCall call) {
    HttpTarget.Reading reading = HttpTarget.read(call.account().settings(), call.target());
    if (reading instanceof HttpTarget.Reading.Bad bad) {
      return CompletableFuture.completedFuture(new Outcome.FunctionError(bad.why(), false));
    }
    HttpTarget target = ((HttpTarget.Reading.Good) reading).target();
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    try {
      // Looking a name up may block; it never does so on an event loop.
      resolving.execute(() -> resolve(target, call, answer));
    } catch (RejectedExecutionException e) {
      answer.complete(new Outcome.NotSent("too many names are being looked up"));
    }
    return answer;
  }

  private void resolve(HttpTarget target, ProviderCall call, CompletableFuture<Outcome> answer) {
    InetAddress address;
    try {
      address = InetAddress.getByName(target.host());
    } catch (UnknownHostException e) {
      answer.complete(new Outcome.Unavailable("host '" + target.host() + "' is not known", false));
      return;
    }
    if (!rules.allow(target.host(), address)) {
      answer.complete(
          new Outcome.FunctionError(
              "'"
                  + target.host()
                  + "' ("
                  + address.getHostAddress()
                  + ") is not public; an operator may list it in http.privateTargets",
              false));
      return;
    }
    ChannelPool pool = pools.get(new InetSocketAddress(address, target.port()));
    pool.acquire()
        .addListener((Future<Channel> acquired) -> send(pool, acquired, target, call, answer));
  }

  private static void send(
      ChannelPool pool,
      Future<Channel> acquired,
      HttpTarget target,
      ProviderCall call,
      CompletableFuture<Outcome> answer) {
    if (!acquired.isSuccess()) {
      answer.complete(
          new Outcome.Unavailable(
              "no connection to "
                  + target.host()
                  + ":"
                  + target.port()
                  + ": "
                  + acquired.cause().getMessage(),
              false));
      return;
    }
    Channel channel = acquired.getNow();
    channel
        .eventLoop()
        .execute(() -> HttpExchange.begin(channel, pool, request(target, call), call, answer));
  }

  private static FullHttpRequest request(HttpTarget target, ProviderCall call) {
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            HttpMethod.valueOf(target.method()),
            target.path(),
            Unpooled.wrappedBuffer(call.arguments().bytes().asReadOnlyByteBuffer()));
    request
        .headers()
        .set(HttpHeaderNames.HOST, target.host() + ":" + target.port())
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .set(HttpHeaderNames.CONTENT_LENGTH, call.arguments().sizeBytes())
        .set("Idempotency-Key", call.attempt().call().toString())
        .set("Corale-Attempt", call.attempt().number())
        .set("Corale-Not-After", call.notAfter().toString());
    if (!call.traceParent().isEmpty()) {
      request.headers().set("traceparent", call.traceParent());
    }
    return request;
  }

  @Override
  public void close() {
    resolving.shutdownNow();
    pools.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}

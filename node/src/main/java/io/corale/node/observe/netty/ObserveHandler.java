package io.corale.node.observe.netty;

import io.corale.node.observe.Page;
import io.corale.node.observe.Paths;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the requests of one connection, one after the other; pages are made off its loop. */
final class ObserveHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger log = LoggerFactory.getLogger(ObserveHandler.class);

  private static final String TEXT = "text/plain; charset=utf-8";

  private final Paths paths;
  private final Executor pages;
  private final Executor probes;

  /** Of the event loop: whether a request waits for its answer. */
  private boolean isBusy;

  ObserveHandler(Paths paths, Executor pages, Executor probes) {
    super(FullHttpRequest.class);
    this.paths = paths;
    this.pages = pages;
    this.probes = probes;
  }

  /** How one request is to be answered. */
  private record Way(boolean isHead, boolean isKept) {}

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    boolean isHead = request.method().equals(HttpMethod.HEAD);
    Way way = new Way(isHead, request.decoderResult().isSuccess() && HttpUtil.isKeepAlive(request));
    if (isBusy) {
      context.close(); // Nobody who observes sends the next request before the answer to this one.
      return;
    }
    isBusy = true;
    if (!request.decoderResult().isSuccess()) {
      answer(context, way, told(HttpResponseStatus.BAD_REQUEST, "not an HTTP request"));
      return;
    }
    if (!isHead && !request.method().equals(HttpMethod.GET)) {
      answer(context, way, told(HttpResponseStatus.METHOD_NOT_ALLOWED, "only GET and HEAD"));
      return;
    }
    String path = new QueryStringDecoder(request.uri()).path();
    @Nullable Supplier<Page> page = paths.pages().get(path);
    @Nullable Supplier<Page> probe = paths.probes().get(path);
    if (page != null) {
      make(context, way, page, pages);
    } else if (probe != null) {
      make(context, way, probe, probes);
    } else {
      answer(
          context,
          way,
          told(
              HttpResponseStatus.NOT_FOUND,
              "here are " + paths.pages().keySet() + " and " + paths.probes().keySet()));
    }
  }

  private static Page told(HttpResponseStatus status, String text) {
    return new Page(status.code(), TEXT, text + "\n");
  }

  private void make(
      ChannelHandlerContext context, Way way, Supplier<Page> page, Executor executor) {
    try {
      executor.execute(() -> answer(context, way, made(page)));
    } catch (RejectedExecutionException e) {
      answer(context, way, told(HttpResponseStatus.SERVICE_UNAVAILABLE, "too many look at once"));
    }
  }

  private static Page made(Supplier<Page> page) {
    try {
      return page.get();
    } catch (RuntimeException e) {
      log.error("a page could not be made", e);
      return told(HttpResponseStatus.INTERNAL_SERVER_ERROR, "broke; the node's log says why");
    }
  }

  /** On any thread. */
  private void answer(ChannelHandlerContext context, Way way, Page page) {
    byte[] bytes = page.text().getBytes(StandardCharsets.UTF_8);
    ByteBuf body = way.isHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(bytes);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(page.status()), body);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, page.contentType())
        .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    HttpUtil.setKeepAlive(response, way.isKept);
    context
        .executor()
        .execute(
            () -> {
              isBusy = false;
              var unused =
                  context
                      .writeAndFlush(response)
                      .addListener(
                          way.isKept
                              ? ChannelFutureListener.CLOSE_ON_FAILURE
                              : ChannelFutureListener.CLOSE);
            });
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    log.debug("a connection of an observer is closed: {}", cause.toString());
    context.close();
  }
}

package io.corale.deploy.recorder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Answers one connection's requests. */
final class RecorderHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
  private static final int MAX_KEY_CHARS = 300;
  private static final int RETRY_AFTER_SECONDS = 1;
  private static final List<String> LABELS =
      List.of("meadow", "harbour", "lantern", "orchard", "glacier", "market", "tower", "river");

  private final Journal journal;
  private int unkeyed;

  RecorderHandler(Journal journal) {
    this.journal = journal;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    boolean isKept = HttpUtil.isKeepAlive(request);
    QueryStringDecoder url = new QueryStringDecoder(request.uri());
    String name = url.path().substring(Math.min(1, url.path().length()));
    if (name.startsWith("_")) {
      own(context, request.method().name() + " " + name, isKept);
    } else if (!request.method().equals(HttpMethod.POST) || !name.matches(NAME)) {
      error(context, HttpResponseStatus.NOT_FOUND, "expected POST /FUNCTION", isKept);
    } else {
      try {
        Behaviour behaviour = Behaviour.of(url);
        JsonNode arguments = JSON.readTree(request.content().toString(StandardCharsets.UTF_8));
        call(context, behaviour, execution(context, name, behaviour, request), arguments, isKept);
      } catch (IllegalArgumentException | DateTimeException | JsonProcessingException e) {
        error(context, HttpResponseStatus.BAD_REQUEST, e.getMessage(), isKept);
      }
    }
  }

  private void own(ChannelHandlerContext context, String what, boolean isKept) {
    switch (what) {
      case "GET _stats" -> {
        record Answer(SortedMap<String, Stats> functions, Stats total) {}
        answer(
            context,
            HttpResponseStatus.OK,
            JSON.valueToTree(new Answer(journal.stats(), journal.total())).toString(),
            isKept);
      }
      case "GET _record" -> answer(context, HttpResponseStatus.OK, journal.ndjson(), isKept);
      case "POST _reset" -> {
        journal.reset();
        answer(context, HttpResponseStatus.OK, "{}", isKept);
      }
      default ->
          error(
              context,
              HttpResponseStatus.NOT_FOUND,
              "expected GET /_stats, GET /_record or POST /_reset",
              isKept);
    }
  }

  /** Without a key, as from a plain client, every request is a call of its own. */
  private Journal.Execution execution(
      ChannelHandlerContext context, String name, Behaviour behaviour, FullHttpRequest request) {
    String key = request.headers().get("Idempotency-Key");
    String attempt = request.headers().get("Corale-Attempt", "1");
    String notAfter = request.headers().get("Corale-Not-After");
    if (key == null) {
      key = context.channel().id().asShortText() + "-" + unkeyed++;
    }
    if (key.isEmpty() || key.length() > MAX_KEY_CHARS || !attempt.matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException("Idempotency-Key or Corale-Attempt cannot be understood");
    }
    return new Journal.Execution(
        name,
        key,
        Integer.parseInt(attempt),
        notAfter == null ? 0 : Instant.parse(notAfter).toEpochMilli(),
        behaviour.quota());
  }

  private void call(
      ChannelHandlerContext context,
      Behaviour behaviour,
      Journal.Execution execution,
      JsonNode arguments,
      boolean isKept) {
    if (!journal.hasRoom(execution)) {
      error(
          context,
          HttpResponseStatus.INSUFFICIENT_STORAGE,
          "the recorder's memory is full; POST /_reset",
          isKept);
      return;
    }
    Optional<String> refusal = journal.refusal(execution, behaviour.limit());
    if (refusal.isPresent()) {
      journal.refused(execution, refusal.get());
      error(context, HttpResponseStatus.TOO_MANY_REQUESTS, refusal.get(), isKept);
      return;
    }
    journal.started(execution);
    Duration duration = behaviour.duration(execution.key(), execution.attempt());
    Behaviour.Fate fate = behaviour.fate(execution.key(), execution.attempt());
    // On the loop, not on the channel: what runs goes on when its client is gone.
    var unused =
        context
            .channel()
            .eventLoop()
            .schedule(
                () -> end(context, execution, fate, arguments, isKept),
                duration.toNanos(),
                TimeUnit.NANOSECONDS);
  }

  private void end(
      ChannelHandlerContext context,
      Journal.Execution execution,
      Behaviour.Fate fate,
      JsonNode arguments,
      boolean isKept) {
    journal.ended(execution, fate.name());
    switch (fate) {
      case ANSWERS -> {
        ObjectNode result = JSON.createObjectNode();
        result.set("echo", arguments);
        result.put("label", label(arguments));
        answer(context, HttpResponseStatus.OK, result.toString(), isKept);
      }
      case FAILS ->
          error(context, HttpResponseStatus.INTERNAL_SERVER_ERROR, "declared failure", isKept);
      case TIMES_OUT ->
          error(context, HttpResponseStatus.GATEWAY_TIMEOUT, "ended at its timeout", isKept);
      case LOSES_ITS_REPLY, HANGS -> {
        ChannelFuture unused = context.close();
      }
    }
  }

  private static String label(JsonNode arguments) {
    int hash = 7;
    for (byte part : arguments.toString().getBytes(StandardCharsets.UTF_8)) {
      hash = 31 * hash + part;
    }
    return LABELS.get(Math.floorMod(hash, LABELS.size()));
  }

  private static void error(
      ChannelHandlerContext context,
      HttpResponseStatus status,
      @Nullable String detail,
      boolean isKept) {
    answer(context, status, JSON.createObjectNode().put("error", detail).toString(), isKept);
  }

  private static void answer(
      ChannelHandlerContext context, HttpResponseStatus status, String body, boolean isKept) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    HttpUtil.setContentLength(response, response.content().readableBytes());
    HttpUtil.setKeepAlive(response, isKept);
    if (status.equals(HttpResponseStatus.TOO_MANY_REQUESTS)) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    ChannelFuture written = context.writeAndFlush(response);
    if (!isKept) {
      ChannelFuture unused = written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close(); // A client that broke off; what it started goes on.
  }
}

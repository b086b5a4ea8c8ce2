package io.corale.wire.netty;

import io.corale.model.Refusal;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Freight;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The first conversation on an opened connection; leaves its place to {@link AskingHandler}. */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write closes the channel: channelInactive.
final class IntroducingHandler extends SimpleChannelInboundHandler<Door.Frame> {
  private final Introduction introduction;
  private final Freight freight;
  private final CompletableFuture<Connection> opened;
  private @Nullable Future<?> timeout;

  /**
   * @param freight where large answers find room
   */
  IntroducingHandler(
      Introduction introduction, Freight freight, CompletableFuture<Connection> opened) {
    super(Door.Frame.class);
    this.introduction = introduction;
    this.freight = freight;
    this.opened = opened;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    timeout =
        ctx.executor()
            .schedule(
                () -> fail(ctx, unavailable(ctx, "did not answer within " + DoorLimits.HANDSHAKE)),
                DoorLimits.HANDSHAKE.toMillis(),
                TimeUnit.MILLISECONDS);
    ctx.writeAndFlush(Door.Frame.newBuilder().setHello(introduction.hello()).build());
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Door.Frame frame) {
    switch (frame.getBodyCase()) {
      case WELCOME -> welcomed(ctx, frame.getWelcome());
      case HELLO_REFUSED -> fail(ctx, refused(frame.getHelloRefused()));
      default ->
          fail(ctx, unavailable(ctx, "answered hello with a frame of kind " + frame.getBodyCase()));
    }
  }

  private void welcomed(ChannelHandlerContext ctx, Door.Welcome welcome) {
    ProtocolRange ours = introduction.protocols();
    if (welcome.getProtocol() < ours.min() || welcome.getProtocol() > ours.max()) {
      String chosen = "chose protocol " + welcome.getProtocol() + ", we speak " + ours;
      fail(ctx, Refusal.of(Refusal.Code.INCOMPATIBLE, remote(ctx) + " " + chosen));
      return;
    }
    AskingHandler asking =
        new AskingHandler(remote(ctx), introduction.node().isPresent(), welcome.getProtocol());
    ctx.pipeline().get(FrameDecoder.class).weighBy(new AnswerWeighing(freight, asking::isAwaited));
    ctx.pipeline().replace(this, null, asking);
    opened.complete(new Connection(ctx.channel(), welcome, asking));
  }

  private static Refusal refused(Door.HelloRefused refused) {
    try {
      return Decode.refusal(refused.getRefusal());
    } catch (IllegalArgumentException e) {
      return Refusal.of(
          Refusal.Code.INCOMPATIBLE,
          "refused, the other side speaks protocol "
              + refused.getProtocolMin()
              + " to "
              + refused.getProtocolMax());
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(ctx, unavailable(ctx, "closed the connection before its welcome"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(ctx, unavailable(ctx, "does not speak the door's protocol: " + cause.getMessage()));
  }

  private void fail(ChannelHandlerContext ctx, Refusal refusal) {
    opened.completeExceptionally(new ConnectFailedException(refusal));
    ctx.close();
  }

  private static Refusal unavailable(ChannelHandlerContext ctx, String what) {
    return Refusal.of(Refusal.Code.UNAVAILABLE, remote(ctx) + " " + what);
  }

  private static String remote(ChannelHandlerContext ctx) {
    return String.valueOf(ctx.channel().remoteAddress());
  }
}

package io.corale.wire.netty;

import io.corale.model.Refusal;
import io.corale.wire.Door;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first conversation on an accepted connection; leaves its place to {@link ServingHandler}. */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write closes the channel: channelInactive.
final class ReceivingHandler extends SimpleChannelInboundHandler<Door.Frame> {
  private static final Logger log = LoggerFactory.getLogger(ReceivingHandler.class);

  private final Reception reception;
  private final Doorway doorway;
  private @Nullable Future<?> timeout;

  ReceivingHandler(Reception reception, Doorway doorway) {
    super(Door.Frame.class);
    this.reception = reception;
    this.doorway = doorway;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    timeout =
        ctx.executor()
            .schedule(
                () -> {
                  log.info("{}: no hello in {}", remote(ctx), DoorLimits.HANDSHAKE);
                  ctx.close();
                },
                DoorLimits.HANDSHAKE.toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Door.Frame frame) {
    if (!frame.hasHello()) {
      log.info("{}: began with {} instead of a hello", remote(ctx), frame.getBodyCase());
      ctx.close();
      return;
    }
    Reception.Decision decision = reception.receive(frame.getHello());
    if (decision instanceof Reception.Decision.TurnedAway away) {
      turnAway(ctx, away);
    } else if (decision instanceof Reception.Decision.LetIn in) {
      letIn(ctx, in);
    }
  }

  private void letIn(ChannelHandlerContext ctx, Reception.Decision.LetIn in) {
    if (!doorway.connected()) {
      turnAway(
          ctx,
          reception.turnAway(Refusal.Code.OVERLOADED, "too many connections: ask another node"));
      return;
    }
    ctx.channel().closeFuture().addListener(closed -> doorway.disconnected());
    ctx.writeAndFlush(Door.Frame.newBuilder().setWelcome(in.welcome()).build());
    ctx.pipeline()
        .get(FrameDecoder.class)
        .weighBy(new DoorWeighing(doorway.taken(), in.guest().isNode()));
    ctx.pipeline().replace(this, null, new ServingHandler(in.guest(), doorway));
  }

  private static void turnAway(ChannelHandlerContext ctx, Reception.Decision.TurnedAway away) {
    log.info("{}: turned away: {}", remote(ctx), away.refused().getRefusal().getMessage());
    ctx.writeAndFlush(Door.Frame.newBuilder().setHelloRefused(away.refused()).build())
        .addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.info("{}: closed before its hello: {}", remote(ctx), cause.getMessage());
    ctx.close();
  }

  private static String remote(ChannelHandlerContext ctx) {
    return String.valueOf(ctx.channel().remoteAddress());
  }
}

package io.corale.wire.netty;

import io.corale.wire.Freight;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Lays the pipeline of every door channel, on either side: the one place where transport security
 * belongs, below everything laid here.
 */
public final class DoorChannels extends ChannelInitializer<Channel> {
  /** Many small frames leave in one system call. */
  private static final int FLUSHES_AT_ONCE = 256;

  private final Duration idle;
  private final Supplier<ChannelHandler> first;
  private final Consumer<Channel> told;

  private DoorChannels(Duration idle, Supplier<ChannelHandler> first, Consumer<Channel> told) {
    this.idle = idle;
    this.first = first;
    this.told = told;
  }

  /** Channels that are accepted; {@code accepted} is told of each. */
  public static DoorChannels accepting(
      Reception reception, Doorway doorway, Consumer<Channel> accepted) {
    return new DoorChannels(
        DoorLimits.IDLE_ACCEPTED, () -> new ReceivingHandler(reception, doorway), accepted);
  }

  /**
   * A channel that is being opened; {@code opened} completes when both sides have agreed.
   *
   * @param freight where large answers find room
   */
  static DoorChannels opening(
      Introduction introduction, Freight freight, CompletableFuture<Connection> opened) {
    return new DoorChannels(
        DoorLimits.IDLE_OPENED,
        () -> new IntroducingHandler(introduction, freight, opened),
        channel -> {});
  }

  @Override
  protected void initChannel(Channel channel) {
    channel.config().setOption(ChannelOption.TCP_NODELAY, true);
    channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
    channel
        .config()
        .setWriteBufferWaterMark(
            new WriteBufferWaterMark(DoorLimits.LOW_WATER_BYTES, DoorLimits.HIGH_WATER_BYTES));
    channel
        .pipeline()
        .addLast(new FlushConsolidationHandler(FLUSHES_AT_ONCE, true))
        .addLast(new IdleStateHandler(0, 0, idle.toMillis(), TimeUnit.MILLISECONDS))
        .addLast(new FrameDecoder())
        .addLast(new FrameEncoder())
        .addLast(first.get());
    told.accept(channel);
  }
}

package io.corale.wire.netty;

import io.corale.wire.Freight;
import io.netty.channel.Channel;

/** Says whether a large frame may be read from a channel; confined to its event loop. */
interface Weighing {
  /** What is said of a frame. */
  sealed interface Word permits Yes, No, NotYet {}

  /** It may be read; the load is the reader's. */
  record Yes(Freight.Load load) implements Word {}

  /**
   * It is passed over, because its kind may not be so large or because nothing has room.
   *
   * @param mostBytes that one of its kind may have; 0 where there is no room now
   * @param where it may have no more, with a space before it; empty: in all
   */
  record No(int mostBytes, String where) implements Word {
    No(int mostBytes) {
      this(mostBytes, "");
    }

    /** Whether it may be read another time. */
    boolean isForNow() {
      return mostBytes == 0;
    }
  }

  /** The channel is not read; {@code again} runs on its event loop when it is to be asked again. */
  record NotYet() implements Word {}

  /** Weighs the frame that comes next. */
  Word weigh(Heading heading, Runnable again, Channel channel);

  /** The channel has ended. */
  default void letGo() {}
}

package io.corale.wire.netty;

import io.corale.wire.Door;
import io.corale.wire.Freight;
import io.netty.channel.Channel;
import java.util.Optional;

/**
 * Weighs what is asked at a door: it is read at once or refused at once, so that nobody who asks
 * for little waits behind it.
 */
final class DoorWeighing implements Weighing {
  private final Freight freight;

  DoorWeighing(Freight freight) {
    this.freight = freight;
  }

  @Override
  public Word weigh(Heading heading, Runnable again, Channel channel) {
    int most = DoorLimits.mostBytes(heading.what());
    if (heading.sizeBytes() > most) {
      return new No(most);
    }
    boolean isNewWork = heading.what() != Door.Request.WhatCase.DELIVER;
    Optional<Freight.Load> load =
        isNewWork ? freight.takeForNewWork(heading.sizeBytes()) : freight.take(heading.sizeBytes());
    return load.<Word>map(Yes::new).orElseGet(() -> new No(0));
  }
}

package io.corale.gossip;

import io.corale.wire.Gossips;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Pings on behalf of others: says whether the target answered, and if it did not, at least that
 * this node is there.
 */
final class Favours {
  /** Three a second would be many; who asks for more is not helped. */
  private static final int MAX_OPEN = 256;

  private static final long MOST_PATIENCE_MICROS = 12 * Micros.SECOND;

  private record Favour(String asker, int number, long target, long until) {}

  private final Members members;
  private final Outbox outbox;
  private final boolean saysNo;
  private final IntSupplier numbers;
  private final Map<Integer, Favour> open = new LinkedHashMap<>();

  Favours(Shared shared, IntSupplier numbers) {
    this.members = shared.members();
    this.outbox = shared.outbox();
    this.saysNo = shared.habits().isLifeguard();
    this.numbers = numbers;
  }

  void asked(String asker, int number, Gossips.Favour favour, long now) {
    if (open.size() >= MAX_OPEN) {
      return;
    }
    long patience =
        Micros.clamp(0, favour.getPatienceMillis() * Micros.MILLI, MOST_PATIENCE_MICROS);
    members
        .of(favour.getTarget())
        .ifPresent(
            target -> {
              int own = numbers.getAsInt();
              open.put(own, new Favour(asker, number, target.life(), now + patience));
              outbox.send(
                  target.datagramAddress(),
                  Gossips.Datagram.newBuilder()
                      .setNumber(own)
                      .setPing(Gossips.Ping.newBuilder().setTo(target.life())),
                  members.size(),
                  now);
            });
  }

  void acked(int number, long from, long now) {
    Favour favour = open.get(number);
    if (favour != null && favour.target == from) {
      open.remove(number);
      outbox.send(
          favour.asker,
          Gossips.Datagram.newBuilder()
              .setNumber(favour.number)
              .setAck(Gossips.Ack.getDefaultInstance()),
          members.size(),
          now);
    }
  }

  void tick(long now) {
    for (Map.Entry<Integer, Favour> each : List.copyOf(open.entrySet())) {
      if (now >= each.getValue().until) {
        open.remove(each.getKey());
        if (saysNo) {
          outbox.sendBare(
              each.getValue().asker,
              Gossips.Datagram.newBuilder()
                  .setNumber(each.getValue().number)
                  .setNack(Gossips.Nack.getDefaultInstance()));
        }
      }
    }
  }
}

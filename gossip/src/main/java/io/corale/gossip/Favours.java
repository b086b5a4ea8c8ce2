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

  private record Favour(Asker asker, long target, long until) {}

  /**
   * Who has asked for it.
   *
   * @param number pairs the favour with its answer, at the asker
   */
  record Asker(String address, long life, int number) {}

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

  void asked(Asker asker, Gossips.Datagram datagram, long now) {
    Gossips.Favour favour = datagram.getFavour();
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
              open.put(own, new Favour(asker, target.life(), now + patience));
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
          favour.asker.address,
          Gossips.Datagram.newBuilder()
              .setNumber(favour.asker.number)
              .setAck(Gossips.Ack.newBuilder().setTo(favour.asker.life)),
          members.size(),
          now);
    }
  }

  void tick(long now) {
    for (Map.Entry<Integer, Favour> each : List.copyOf(open.entrySet())) {
      if (now >= each.getValue().until) {
        open.remove(each.getKey());
        if (saysNo) {
          Asker asker = each.getValue().asker;
          outbox.sendBare(
              asker.address,
              Gossips.Datagram.newBuilder()
                  .setNumber(asker.number)
                  .setNack(Gossips.Nack.newBuilder().setTo(asker.life)));
        }
      }
    }
  }
}

package io.corale.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.sim.Chance;
import io.corale.wire.Gossips;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutboxTest {
  /** Else it would hold news for ever that it can tell nobody. */
  @Test
  void whatAnyNodeRelaysFitsIntoADatagramOfTheLongestName() {
    GossipSetup setup = setup("n".repeat(63));
    Outbox outbox = new Outbox(setup);
    Gossips.Entry entry = largest();

    outbox.spread(entry);
    outbox.sendNews("n1:1", 3, 0);
    List<Output> sent = outbox.drain();

    assertThat(entry.getSerializedSize()).isEqualTo(Shelf.MAX_CONTENT_BYTES + Shelf.FIELDS_BYTES);
    Gossips.Datagram datagram = ((Output.Send) sent.get(0)).datagram();
    assertThat(datagram.getEntriesList()).containsExactly(entry);
    assertThat(datagram.getSerializedSize()).isLessThanOrEqualTo(setup.payloadBytes());
  }

  private static Gossips.Entry largest() {
    Gossips.Entry.Builder entry = Gossips.Entry.newBuilder().setWriter(1).setVersion(1);
    int content =
        Shelf.MAX_CONTENT_BYTES + Shelf.FIELDS_BYTES - 3 - entry.build().getSerializedSize();
    return entry.setContent(ByteString.copyFrom(new byte[content])).build();
  }

  private static GossipSetup setup(String node) {
    return GossipSetup.of(
        new Incarnation(new NodeId(node), 1),
        List.of(),
        "test",
        List.of(),
        new Chance(1).of("outbox"),
        (who, standing) -> {},
        true);
  }
}
